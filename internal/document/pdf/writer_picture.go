package pdf

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // formats of pictures
	_ "image/png"

	"yichuang/internal/document/paper"
)

// pictureSize is the size of a picture on paper, with its format.
func (p *press) pictureSize(b paper.Picture) (wide, high float64, format string, err error) {
	cfg, format, err := image.DecodeConfig(bytes.NewReader(b.Data))
	if err != nil || cfg.Width == 0 || cfg.Height == 0 {
		return 0, 0, "", fmt.Errorf("a picture that is neither PNG nor JPEG: %w", err)
	}
	if int64(cfg.Width)*int64(cfg.Height) > 100_000_000 {
		return 0, 0, "", fmt.Errorf("a picture of %d × %d points is too large", cfg.Width, cfg.Height)
	}
	a := p.sheet().area
	wide = b.Width * 72 / 25.4
	if wide <= 0 || wide > a.width {
		wide = a.width
	}
	high = wide * float64(cfg.Height) / float64(cfg.Width)
	if limit := a.height * 0.9; high > limit {
		wide, high = wide*limit/high, limit
	}
	return wide, high, format, nil
}

func (p *press) picture(b paper.Picture) error {
	wide, high, format, err := p.pictureSize(b)
	if err != nil {
		return err
	}
	n, err := p.image(b.Data, format)
	if err != nil {
		return err
	}
	p.room(high + 6)
	s := p.sheet()
	s.images[n] = true
	p.y += 3
	s.op("q %s cm /I%d Do Q", nums(wide, 0, 0, high, s.area.left+(s.area.width-wide)/2, s.y(s.area.top+p.y+high)), n)
	p.y += high + 3
	return nil
}

// image adds a picture: a JPEG as it is, unless its colours need turning, and anything else as points.
func (p *press) image(data []byte, format string) (int, error) {
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return 0, err
	}
	dict := fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8", cfg.Width, cfg.Height)
	if format == "jpeg" {
		switch cfg.ColorModel {
		case color.GrayModel:
			return p.file.raw(dict+"/ColorSpace/DeviceGray/Filter/DCTDecode", data), nil
		case color.YCbCrModel:
			return p.file.raw(dict+"/ColorSpace/DeviceRGB/Filter/DCTDecode", data), nil
		}
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return 0, fmt.Errorf("a broken picture: %w", err)
	}
	bounds := img.Bounds()
	colors, alpha, clear := make([]byte, 0, 3*cfg.Width*cfg.Height), make([]byte, 0, cfg.Width*cfg.Height), false
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			colors, alpha = append(colors, c.R, c.G, c.B), append(alpha, c.A)
			clear = clear || c.A < 255
		}
	}
	if clear {
		dict += fmt.Sprintf("/SMask %d 0 R", p.file.stream(dict+"/ColorSpace/DeviceGray", alpha))
	}
	return p.file.stream(dict+"/ColorSpace/DeviceRGB", colors), nil
}
