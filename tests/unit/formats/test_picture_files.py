"""Series of pictures: what is read from TIFF, PNG and JPEG, and what is refused."""

from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
import tifffile

from mechanist.core.errors import FormatError
from mechanist.formats.picture_files import read_picture_file
from mechanist.formats.picture_series import read_series

GREY = np.array([[0, 51, 102], [153, 204, 255]], np.uint8)


def frames(count: int, top: int = 200) -> np.ndarray:
    rng = np.random.default_rng(3)
    return rng.integers(20, top, (count, 12, 16)).astype(np.uint8)


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.TIFF"])
def test_brightness_is_a_part_of_the_scale_of_8_and_16_bits(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write = tifffile.imwrite if path.suffix.lower().startswith(".tif") else imageio.imwrite
    write(path, GREY)
    read = read_picture_file(path)
    np.testing.assert_allclose(read.frames, [[[0, 0.2, 0.4], [0.6, 0.8, 1.0]]])
    assert (read.bits, read.coloured, read.pixel_size) == (8, False, None)
    write(path, GREY.astype(np.uint16) * 257)
    again = read_picture_file(path)
    np.testing.assert_allclose(again.frames, read.frames)
    assert again.bits == 16


def test_a_jpeg_is_read_about_as_bright_as_it_was(tmp_path: Path) -> None:
    imageio.imwrite(tmp_path / "a.jpg", np.full((16, 16), 128, np.uint8))
    assert read_picture_file(tmp_path / "a.jpg").frames == pytest.approx(128 / 255, abs=0.01)


def test_what_imagej_wrote_about_the_scale_is_read_and_printing_is_not(tmp_path: Path) -> None:
    stack = frames(3)
    tifffile.imwrite(tmp_path / "j.tif", stack, imagej=True, resolution=(4, 4),
                     metadata={"unit": "um", "finterval": 0.5, "axes": "TYX"})  # fmt: skip
    series = read_series([tmp_path / "j.tif"])
    assert series.pixel_size == pytest.approx(0.25e-6)
    assert series.time_step == 0.5
    assert series.frames.shape == (3, 12, 16)
    assert series.names[2].endswith("j.tif, page 3")
    tifffile.imwrite(tmp_path / "p.tif", stack[0], resolution=(300, 300), resolutionunit="INCH")
    with pytest.raises(FormatError, match=r"p\.tif.*size of a pixel.*State `pixel_size`"):
        read_series([tmp_path / "p.tif"])
    stated = read_series([tmp_path / "p.tif"], pixel_size=2.0, time_step=3.0)
    assert (stated.pixel_size, stated.time_step) == (2.0, 3.0)


def test_colours_are_refused_or_converted_but_grey_in_three_channels_is_grey(
    tmp_path: Path,
) -> None:
    path = tmp_path / "c.png"
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 0] = 255
    imageio.imwrite(path, red)
    with pytest.raises(FormatError, match=r"c\.png: it has colours.*colour: convert"):
        read_picture_file(path)
    converted = read_picture_file(path, convert_colour=True)
    assert converted.frames == pytest.approx(0.299)
    assert converted.coloured
    imageio.imwrite(path, np.repeat(GREY[..., None], 3, axis=2))
    np.testing.assert_allclose(read_picture_file(path).frames[0], GREY / 255)


def save(folder: Path, stack: np.ndarray) -> list[Path]:
    paths = [folder / f"f{k}.png" for k in range(len(stack))]
    for path, frame in zip(paths, stack, strict=True):
        imageio.imwrite(path, frame)
    return paths


def test_a_good_series_keeps_its_order_and_crop(tmp_path: Path) -> None:
    stack = frames(2)
    series = read_series(save(tmp_path, stack), pixel_size=1.0, crop=[2, 1, 9, 11])
    np.testing.assert_allclose(series.frames, stack[:, 1:11, 2:9] / 255)
    assert series.time_step is None


def test_frames_that_cannot_be_measured_are_refused_with_their_file(tmp_path: Path) -> None:
    cases = {
        r"f1\.png: 60% of its pixels are at the end of the scale.*saturated": np.where(
            np.arange(16) < 9.6, 255, frames(1)[0]
        ),
        r"f1\.png: its brightness runs from .* the frame is empty": np.full((12, 16), 90),
    }
    for said, wrong in cases.items():
        stack = frames(2)
        stack[1] = wrong
        if "60%" in said:
            stack[1] = np.where(np.arange(192).reshape(12, 16) < 115.2, 255, frames(1)[0])
        with pytest.raises(FormatError, match=said):
            read_series(save(tmp_path, stack), pixel_size=1.0)
    stack = frames(3)
    stack[2] = stack[1]
    with pytest.raises(FormatError, match=r"f2\.png: it is the same picture as the one before"):
        read_series(save(tmp_path, stack), pixel_size=1.0)


def test_another_size_a_falling_number_and_a_wrong_crop_are_refused(tmp_path: Path) -> None:
    paths = save(tmp_path, frames(3))
    with pytest.raises(FormatError, match=r"f0\.png: it follows f2\.png, whose number 2 is higher"):
        read_series([paths[2], paths[0]], pixel_size=1.0)
    with pytest.raises(FormatError, match=r"crop is \[0, 0, 17, 12\].*within 16 x 12 pixels"):
        read_series(paths, pixel_size=1.0, crop=[0, 0, 17, 12])
    imageio.imwrite(paths[1], frames(1)[0][:, :10])
    with pytest.raises(FormatError, match=r"f1\.png: it has 10 x 12 pixels, expected 16 x 12"):
        read_series(paths, pixel_size=1.0)


def test_files_that_are_no_pictures_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.bmp").write_bytes(b"BM")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    tifffile.imwrite(tmp_path / "f.tif", GREY.astype(np.float32))
    for name, said in {"a.bmp": "ends in '.bmp'", "a.png": "a.png", "no.png": "no such file",
                       "f.tif": "float32, expected whole numbers"}.items():  # fmt: skip
        with pytest.raises(FormatError, match=said):
            read_picture_file(tmp_path / name)
