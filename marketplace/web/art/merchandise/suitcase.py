from marketplace.web.art.canvas import Canvas, circle, group, rect, stroke
from marketplace.web.art.color import WHITE, mix
from marketplace.web.art.merchandise.stage import Material, draw_contact
from marketplace.web.art.seeded import Dice


def draw(canvas: Canvas, dice: Dice, paint: Material) -> None:  # noqa: ARG001
    draw_contact(canvas, 138)
    steel = mix(paint.black, WHITE, 0.55)
    shell = canvas.linear(
        (216, 120), (424, 390), [(0, paint.light), (0.35, paint.base), (1, paint.dark)]
    )
    canvas.add(
        stroke("M282 136V56H358V136", steel, 8),
        stroke("M279 130V56", WHITE, 2, opacity=0.6),
        rect((274, 44, 92, 20), paint.black, rx=9),
        *(rect((x, 382, 22, 14), paint.black, rx=4) for x in (238, 380)),
        *(circle((x, 398), 10, paint.black) + circle((x, 398), 3.6, steel) for x in (249, 391)),
        rect((212, 122, 218, 268), paint.deep, rx=32),
        rect((210, 118, 214, 268), shell, rx=30),
    )
    for x in range(242, 410, 30):
        canvas.add(
            rect((x, 126, 13, 252), paint.deep, rx=6.5, opacity=0.3),
            rect((x - 2, 126, 3, 252), WHITE, rx=1.5, opacity=0.28),
        )
    canvas.add(
        rect((210, 240, 214, 22), paint.deep, opacity=0.55),
        rect((210, 240, 214, 2), WHITE, opacity=0.3),
        rect((302, 236, 32, 30), paint.brass, rx=6),
        circle((318, 251), 4.5, paint.deep),
        stroke("M288 118Q288 104 300 104H336Q348 104 348 118", paint.black, 9),
    )
    _draw_tag(canvas, paint)


def _draw_tag(canvas: Canvas, paint: Material) -> None:
    canvas.add(
        group(
            stroke("M0 0Q10 18 6 34", paint.leather, 3),
            rect((-9, 30, 30, 44), paint.leather, rx=6),
            rect((-4, 40, 20, 27), paint.pale, rx=3),
            stroke("M0 48h12M0 55h12M0 62h7", paint.dark, 2, opacity=0.7),
            transform="translate(352 108)rotate(-10)",
        )
    )
