from marketplace.web.art.canvas import Canvas, circle, path, rect, stroke
from marketplace.web.art.color import WHITE
from marketplace.web.art.merchandise.stage import Material, draw_contact
from marketplace.web.art.seeded import Dice

_BODY = (
    "M268 110Q320 132 372 110Q408 118 424 138L420 384Q420 396 406 396H234Q220 396 220 384"
    "L216 138Q232 118 268 110z"
)
_LEFT = "M220 136Q182 152 168 232L150 356Q150 368 162 370L196 374Q206 374 208 364L226 250z"
_RIGHT = "M420 136Q458 152 472 232L490 356Q490 368 478 370L444 374Q434 374 432 364L414 250z"


def draw(canvas: Canvas, dice: Dice, paint: Material) -> None:  # noqa: ARG001
    draw_contact(canvas, 150, 410)
    body = canvas.linear(
        (216, 0),
        (424, 0),
        [
            (0, paint.dark),
            (0.2, paint.base),
            (0.36, paint.light),
            (0.5, paint.base),
            (0.8, paint.base),
            (1, paint.dark),
        ],
    )
    canvas.add(
        path(_LEFT, canvas.linear((150, 0), (226, 0), [(0, paint.base), (1, paint.deep)])),
        path(_RIGHT, canvas.linear((414, 0), (490, 0), [(0, paint.dark), (1, paint.base)])),
        path(_BODY, body),
    )
    _draw_quilting(canvas, paint)
    _draw_collar(canvas, paint)
    _draw_closing(canvas, paint)


def _draw_quilting(canvas: Canvas, paint: Material) -> None:
    seams = "".join(
        f"M217 {y}Q268 {y + 14} 319 {y}Q372 {y + 14} 423 {y}" for y in range(176, 372, 40)
    )
    sleeves = "".join(
        f"M{178 - index * 7} {196 + index * 38}q22 14 {46 - index * 2} 8"
        f"M{462 + index * 7} {196 + index * 38}q-22 14-{46 - index * 2} 8"
        for index in range(5)
    )
    lights = "".join(
        f"M226 {y}Q268 {y + 12} 310 {y}M332 {y}Q372 {y + 12} 414 {y}" for y in range(183, 379, 40)
    )
    canvas.add(
        stroke(seams + sleeves, paint.deep, 3, opacity=0.55),
        stroke(lights, WHITE, 2.5, opacity=0.26),
        rect((221, 382, 198, 16), paint.deep, rx=7),
        rect((147, 354, 62, 20), paint.deep, rx=8, transform="rotate(6 178 364)"),
        rect((431, 354, 62, 20), paint.deep, rx=8, transform="rotate(-6 462 364)"),
    )


def _draw_collar(canvas: Canvas, paint: Material) -> None:
    canvas.add(
        path("M262 112Q264 66 320 64T378 112Q350 134 320 136T262 112z", paint.deep),
        path("M276 104Q282 82 320 80T364 104Q344 120 320 122T276 104z", paint.accent),
        path("M262 112Q264 78 290 70L320 136Q290 134 262 112z", paint.dark),
        path("M378 112Q376 78 350 70L320 136Q350 134 378 112z", paint.base),
        stroke("M370 104Q368 86 354 78", WHITE, 3, opacity=0.4),
    )


def _draw_closing(canvas: Canvas, paint: Material) -> None:
    canvas.add(
        stroke("M320 134V396", paint.deep, 7),
        stroke("M320 138V392", paint.brass, 2.5, stroke_dasharray="3 4"),
        rect((315, 146, 10, 22), paint.brass, rx=4),
        stroke("M246 318L262 274M394 318L378 274", paint.deep, 6),
        stroke("M249 316L264 276M391 316L376 276", WHITE, 1.6, opacity=0.4),
        circle((376, 188), 13, paint.pale),
        stroke("M369 193L374 182 377 187 380 184 384 193z", paint.dark, 2),
    )
