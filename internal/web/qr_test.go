package web

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"strings"
	"testing"

	"rsc.io/qr/coding"
)

// The path of a code draws exactly the modules that the encoder set, within the quiet zone, and the three finder patterns are where readers
// look for them.
func TestQRCodeDrawsTheModules(t *testing.T) {
	t.Parallel()
	address := "https://zwfw.linxia.example.gov.cn/rate/c/lx/s/7K2M9QXW4T?via=window"
	path, size, err := qrPath(address)
	if err != nil {
		t.Fatal(err)
	}
	dark := make([][]bool, size+2*qrQuiet)
	for y := range dark {
		dark[y] = make([]bool, len(dark))
	}
	for _, run := range strings.Split(strings.TrimSuffix(path, "z"), "z") {
		var x, y, n, back int
		if _, err := fmt.Sscanf(run, "M%d %dh%dv1h-%d", &x, &y, &n, &back); err != nil || n != back {
			t.Fatal(run, err)
		}
		for i := range n {
			dark[y][x+i] = true
		}
	}
	picture, err := png.Decode(bytes.NewReader(QRPicture(address)))
	if err != nil || picture.Bounds().Dx() != len(dark)*qrScale {
		t.Fatalf("%v, %v", picture, err)
	}
	code := encoded(t, address)
	if code.Size != size {
		t.Fatalf("%d modules, want %d", size, code.Size)
	}
	for y := range dark {
		for x := range dark {
			inside := x >= qrQuiet && y >= qrQuiet && x < size+qrQuiet && y < size+qrQuiet
			if want := inside && code.Black(x-qrQuiet, y-qrQuiet); dark[y][x] != want {
				t.Fatalf("module %d,%d is %v", x, y, dark[y][x])
			}
			if r, _, _, _ := picture.At(x*qrScale+qrScale/2, y*qrScale+qrScale/2).RGBA(); (r == 0) != dark[y][x] {
				t.Fatalf("the picture shows module %d,%d otherwise", x, y)
			}
		}
	}
	for _, at := range [][2]int{{0, 0}, {size - 7, 0}, {0, size - 7}} {
		for i := range 7 {
			if !dark[qrQuiet+at[1]][qrQuiet+at[0]+i] || !dark[qrQuiet+at[1]+i][qrQuiet+at[0]] || !dark[qrQuiet+at[1]+3][qrQuiet+at[0]+3] {
				t.Fatalf("no finder pattern at %v", at)
			}
		}
	}
}

func encoded(t *testing.T, text string) *coding.Code {
	t.Helper()
	for v := coding.Version(1); v <= 40; v++ {
		plan, err := coding.NewPlan(v, coding.M, 0)
		if err != nil {
			t.Fatal(err)
		}
		if code, err := plan.Encode(coding.String(text)); err == nil {
			return code
		}
	}
	t.Fatal("too long")
	return nil
}

func TestQRCodeIsAPictureWithWords(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := QRCode("https://a.example/x", `评价"<`, 30).Render(context.Background(), &b); err != nil || !strings.Contains(b.String(), `aria-label="评价&#34;&lt;" width="30mm"`) {
		t.Errorf("%s, %v", b.String(), err)
	}
	b.Reset()
	if err := QRCode(strings.Repeat("x", 5000), "评价", 30).Render(context.Background(), &b); err != nil || b.Len() != 0 {
		t.Errorf("too long a text drew %d bytes, %v", b.Len(), err)
	}
}
