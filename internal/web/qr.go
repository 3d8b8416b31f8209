package web

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"

	"github.com/a-h/templ"
	"rsc.io/qr/coding"
)

// qrQuiet is the margin that readers of a QR code need, in modules (GB/T 18284-2000).
const qrQuiet = 4

// QRCode is an address as a picture that telephones read (二维码), in millimetres of width, with what it leads to in words. An address
// that is too long for one gives nothing: what it leads to stands beside it in other words.
func QRCode(address, label string, width int) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		path, size, err := qrPath(address)
		if err != nil {
			return nil
		}
		side := size + 2*qrQuiet
		_, err = fmt.Fprintf(w, `<svg class="qr" role="img" aria-label="%s" width="%dmm" height="%dmm" viewBox="0 0 %d %d" shape-rendering="crispEdges"><rect width="%d" height="%d" fill="#fff"/><path fill="#000" d="%s"/></svg>`,
			html.EscapeString(label), width, width, side, side, side, side, path)
		return err
	})
}

// qrPath gives the dark modules of the code of a text, row by row, as a path, and how many modules a side has. A sixth of the code may
// be unreadable (level M).
func qrPath(text string) (path string, size int, err error) {
	code, err := encodeQR(text)
	if err != nil {
		return "", 0, err
	}
	return darkRuns(code), code.Size, nil
}

// encodeQR encodes a text in the smallest code that holds it.
func encodeQR(text string) (*coding.Code, error) {
	enc := coding.String(text)
	for v := coding.Version(coding.MinVersion); v <= coding.MaxVersion; v++ {
		if enc.Bits(v) > v.DataBytes(coding.M)*8 {
			continue
		}
		plan, err := coding.NewPlan(v, coding.M, 0)
		if err != nil {
			return nil, err
		}
		return plan.Encode(enc)
	}
	return nil, fmt.Errorf("a text of %d bytes is too long for a QR code", len(text))
}

// qrScale is how many dots of a picture for print a module has.
const qrScale = 6

// QRPicture is the code of an address as PNG, for documents that are printed; nil where the address is too long for one.
func QRPicture(address string) []byte {
	code, err := encodeQR(address)
	if err != nil {
		return nil
	}
	side := (code.Size + 2*qrQuiet) * qrScale
	p := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		for x := range side {
			if code.Black(x/qrScale-qrQuiet, y/qrScale-qrQuiet) {
				p.Pix[y*p.Stride+x] = 1
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		return nil
	}
	return b.Bytes()
}

func darkRuns(c *coding.Code) string {
	var b strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			from := x
			for x < c.Size && c.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+qrQuiet, y+qrQuiet, x-from, x-from)
			}
		}
	}
	return b.String()
}

// Outside is the whole address of a path of this program, as somebody outside reaches it: below the address of the installation where one is
// set, else below the one by which the request of the context came.
func Outside(ctx context.Context, path string) string {
	q := requestOf(ctx)
	if q.kit == nil {
		return path
	}
	if base := strings.TrimSuffix(q.kit.o.PublicURL, "/"); base != "" {
		return base + path
	}
	scheme := "http://"
	if q.tls || q.kit.o.Session.Secure {
		scheme = "https://"
	}
	return scheme + q.host + path
}

// Outside is the whole address of a path; see the function Outside.
func (c *Ctx) Outside(path string) string { return Outside(c.Request.Context(), path) }
