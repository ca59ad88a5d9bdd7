from marketplace.web.art.canvas import Canvas, ellipse, path, stroke
from marketplace.web.art.color import WHITE, Lch
from marketplace.web.art.merchandise.stage import Material, draw_contact
from marketplace.web.art.seeded import Dice

_BODY = "M214 190V372C214 394 232 406 256 406H364C388 406 406 394 406 372V190z"


def draw(canvas: Canvas, dice: Dice, paint: Material) -> None:  # noqa: ARG001
    draw_contact(canvas, 146)
    canvas.add(
        stroke("M402 232C476 220 480 346 400 340", paint.dark, 27),
        stroke("M402 228C474 216 477 342 400 336", paint.base, 20),
        stroke("M420 231C450 232 458 262 452 288", WHITE, 4, opacity=0.4),
        path(_BODY, paint.round(canvas, 214, 406)),
        path("M214 296Q310 326 406 296V348Q310 378 214 348z", paint.pale, opacity=0.9),
        path("M214 308Q310 338 406 308V313Q310 343 214 313z", paint.accent),
        path("M214 331Q310 361 406 331V336Q310 366 214 336z", paint.accent),
        ellipse((310, 190), (96, 23), paint.light),
        ellipse((310, 192), (87, 18), paint.deep),
        ellipse((310, 198), (79, 12.5), Lch(0.36, 0.06, 50)),
        ellipse((288, 195), (30, 4), Lch(0.62, 0.07, 60), opacity=0.55),
        stroke("M240 222V280M240 364V376", WHITE, 6, opacity=0.35),
    )
    for x in (272, 310, 348):
        canvas.add(
            stroke(f"M{x} 164q-15-20 0-40t0-42", WHITE, 9, opacity=0.4),
            stroke(f"M{x} 152q-10-14 0-28t1-26", WHITE, 6, opacity=0.4),
        )
