package hallhttp

import (
	"crypto/rand"
	"encoding/hex"
	"errors"

	"yichuang/internal/errs"
	"yichuang/internal/hall"
	"yichuang/internal/web"
)

// kioskView is the page of a kiosk.
type kioskView struct {
	hall.KioskView
	Base string // address of the kiosk
	Key  string // makes two touches of one button one number
	Form *web.Form
}

// newKey is an idempotency key for a page that is being shown.
func newKey() string {
	b := make([]byte, 12)
	rand.Read(b) //nolint:errcheck // never fails; ends the program where the system has no randomness
	return hex.EncodeToString(b)
}

func centreBase(c *web.Ctx) string { return "/hall/c/" + c.Param("centre") }

func kioskBase(c *web.Ctx) string { return centreBase(c) + "/kiosk/" + c.Param("code") }

func (h handlers) kiosk(c *web.Ctx) error { return h.showKiosk(c, nil) }

func (h handlers) showKiosk(c *web.Ctx, f *web.Form) error {
	k, err := h.Hall.KioskView(c.Context(), c.Param("code"))
	if err != nil {
		return err
	}
	v := kioskView{KioskView: k, Base: kioskBase(c), Key: newKey(), Form: f}
	if f != nil {
		return c.Invalid(kioskPage(v))
	}
	return c.Render(kioskPage(v))
}

// take gives a number and leads to its slip.
func (h handlers) take(c *web.Ctx) error {
	f := c.Form()
	s, err := h.Hall.TakeAtKiosk(c.Context(), c.Param("code"), hall.TakeInput{QueueID: f.Text("queue"), Class: hall.Class(f.Choice("class", string(hall.Ordinary), string(hall.Priority))), Key: f.Text("key")})
	if err != nil {
		return h.kioskRefused(c, f, err)
	}
	return c.Redirect(kioskBase(c) + "/slip/" + s.ID + "?code=" + s.Secret + "&print=1")
}

// checkIn turns an appointment into a number.
func (h handlers) checkIn(c *web.Ctx) error {
	f := c.Form()
	s, err := h.Hall.CheckInAtKiosk(c.Context(), c.Param("code"), f.Text("booking"))
	if err != nil {
		return h.kioskRefused(c, f, err)
	}
	return c.Redirect(kioskBase(c) + "/slip/" + s.ID + "?code=" + s.Secret + "&print=1")
}

// kioskRefused shows the kiosk again with the refusal above it, because nobody there can go back.
func (h handlers) kioskRefused(c *web.Ctx, f *web.Form, err error) error {
	if errors.Is(err, hall.ErrDevice) || errs.KindOf(err) != errs.NotFound && !f.Take(err) {
		return err
	}
	if f.OK() {
		f.Say("%s", errs.As(err).Public)
	}
	return h.showKiosk(c, f)
}

func (h handlers) beat(c *web.Ctx) error {
	if err := h.Hall.Beat(c.Context(), c.Param("code"), hall.Kiosk); err != nil {
		return err
	}
	return c.NoContent()
}

// slipView is a printed ticket.
type slipView struct {
	hall.Slip
	Back  string
	Print bool
	Ask   string // where its holder can see how far it is
	Rate  string // where its holder can say how it was
}

func (h handlers) slip(c *web.Ctx) error {
	s, err := h.Hall.Progress(c.Context(), c.Param("ticket"), c.Query("code"))
	if err != nil {
		return err
	}
	rate := ""
	if s.Rating != "" {
		rate = c.Outside("/rate/c/" + c.Param("centre") + "/s/" + s.Rating + "?via=window")
	}
	return c.Render(slipPage(slipView{Slip: s, Back: kioskBase(c), Print: c.Query("print") == "1", Ask: centreBase(c) + "/ticket/" + s.ID + "/" + s.Secret, Rate: rate}))
}

// progress shows the holder of a ticket, on the own phone, how far it is.
func (h handlers) progress(c *web.Ctx) error {
	s, err := h.Hall.Progress(c.Context(), c.Param("ticket"), c.Param("code"))
	if err != nil {
		return err
	}
	v := slipView{Slip: s}
	if s.Rating != "" {
		v.Rate = "/rate/c/" + c.Param("centre") + "/s/" + s.Rating
	}
	return c.Render(progressPage(v))
}
