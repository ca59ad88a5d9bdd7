from marketplace.web.art.canvas import Canvas, path, rect, stroke
from marketplace.web.art.color import WHITE
from marketplace.web.art.merchandise.stage import Material, draw_contact
from marketplace.web.art.seeded import Dice

_BODY = (
    "M292 134H348V146C348 162 378 160 378 196V386A20 20 0 0 1 358 406H282"
    "A20 20 0 0 1 262 386V196C262 160 292 162 292 146z"
)


def draw(canvas: Canvas, dice: Dice, paint: Material) -> None:  # noqa: ARG001
    draw_contact(canvas, 96)
    cap = canvas.linear(
        (284, 0),
        (356, 0),
        [
            (0, paint.black),
            (0.3, paint.black.lighter(0.32)),
            (0.5, paint.black.lighter(0.08)),
            (1, paint.black.lighter(-0.08)),
        ],
    )
    canvas.add(
        stroke("M300 82V62A9 9 0 0 1 309 53H331A9 9 0 0 1 340 62V82", paint.black, 10),
        path(_BODY, paint.round(canvas, 262, 378)),
        rect((284, 78, 72, 54), cap, rx=10),
        rect((284, 116, 72, 4), WHITE, opacity=0.14),
        rect((262, 254, 116, 76), WHITE, opacity=0.16),
        rect((262, 254, 116, 1.5), WHITE, opacity=0.4),
        rect((262, 328.5, 116, 1.5), WHITE, opacity=0.4),
        stroke("M297 314L310 274 320 292 330 281 343 314z", WHITE, 4),
        stroke("M281 206V246M281 338V378", WHITE, 4, opacity=0.35),
        path(
            "M262 380V386A20 20 0 0 0 282 406H358A20 20 0 0 0 378 386V380z",
            paint.deep,
            opacity=0.55,
        ),
    )
