from marketplace.web.art.canvas import Canvas, path, rect, stroke
from marketplace.web.art.color import WHITE
from marketplace.web.art.merchandise.stage import Material, draw_contact
from marketplace.web.art.seeded import Dice

_BODY = (
    "M206 214C206 134 250 98 320 98S434 134 434 214V374A32 32 0 0 1 402 406H238"
    "A32 32 0 0 1 206 374z"
)
_FLAP = "M206 222C204 134 250 98 320 98S436 134 434 222Q378 256 320 256T206 222z"


def draw(canvas: Canvas, dice: Dice, paint: Material) -> None:  # noqa: ARG001
    draw_contact(canvas, 150)
    seam = {"stroke_dasharray": "7 5", "opacity": 0.6}
    body = canvas.linear(
        (206, 200), (434, 400), [(0, paint.base), (0.5, paint.base), (1, paint.deep)]
    )
    flap = canvas.down(98, 256, [(0, paint.light), (1, paint.base)])
    canvas.add(
        stroke("M280 108V92A40 34 0 0 1 360 92V108", paint.deep, 13),
        rect((176, 240, 52, 126), paint.deep, rx=22),
        rect((412, 240, 52, 126), paint.deep, rx=22),
        rect((181, 250, 6, 100), paint.base, rx=3, opacity=0.6),
        path(_BODY, body),
        path(
            "M206 226Q262 262 320 262T434 226V240Q378 274 320 274T206 240z",
            paint.deep,
            opacity=0.35,
        ),
        path(_FLAP, flap),
        stroke("M214 218Q264 246 320 246T426 218", paint.pale, 1.8, **seam),
        stroke("M232 172Q248 122 302 112", WHITE, 5, opacity=0.3),
    )
    _draw_pocket(canvas, paint, seam)
    for x in (268, 352):
        _draw_strap(canvas, paint, x)


def _draw_pocket(canvas: Canvas, paint: Material, seam: dict[str, str | float]) -> None:
    front = canvas.down(286, 392, [(0, paint.light), (0.3, paint.base), (1, paint.dark)])
    canvas.add(
        rect((244, 288, 152, 106), paint.deep, rx=20, opacity=0.35),
        rect((244, 284, 152, 106), front, rx=20),
        rect((251, 291, 138, 92), "none", rx=15, stroke=paint.pale, stroke_width=1.8, **seam),
        stroke("M256 314H384", paint.deep, 5),
        stroke("M378 314v14", paint.brass, 4),
    )


def _draw_strap(canvas: Canvas, paint: Material, x: int) -> None:
    canvas.add(
        rect((x, 204, 20, 76), paint.leather.lighter(-0.04), rx=5),
        rect((x + 2, 206, 4, 60), WHITE, rx=2, opacity=0.2),
        rect((x - 4, 248, 28, 22), "none", rx=5, stroke=paint.brass, stroke_width=5.5),
        rect((x + 7, 254, 6, 10), paint.brass, rx=2),
    )
