package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

// Tone is how a message is meant; it decides colour, sign and how a screen reader announces it.
type Tone string

// The tones.
const (
	Info    Tone = "info"
	Success Tone = "success"
	Warning Tone = "warning"
	Danger  Tone = "danger"
)

// Message is one sentence that is shown once, on the next page.
type Message struct {
	Tone Tone   `json:"t"`
	Text string `json:"s"`
	// ClearDraft names the form draft that is no longer needed, because what it held is saved.
	ClearDraft string `json:"d,omitempty"`
}

const flashCookie = "yc_flash"

// Flash shows a sentence on the next page. It travels in a signed cookie, so that it needs no session and no node.
func (c *Ctx) Flash(tone Tone, text string) { c.flash(Message{Tone: tone, Text: text}) }

// FlashSaved is Flash with tone Success that also drops the browser's draft of the form.
func (c *Ctx) FlashSaved(text, draft string) {
	c.flash(Message{Tone: Success, Text: text, ClearDraft: draft})
}

func (c *Ctx) flash(m Message) {
	c.messages = append(c.messages, m)
	c.setCookie(flashCookie, c.kit.seal(flashCookie, c.messages), 60)
}

// takeMessages reads the messages left by the page before, and removes them.
func (c *Ctx) takeMessages() []Message {
	cookie, err := c.Request.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	var ms []Message
	if !c.kit.unseal(flashCookie, cookie.Value, &ms) {
		ms = nil
	}
	if len(c.messages) == 0 {
		c.setCookie(flashCookie, "", -1)
	}
	return ms
}

func (c *Ctx) setCookie(name, value string, maxAge int) {
	http.SetCookie(c.Writer, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: c.kit.o.Session.Secure})
}

// seal writes v as text that unseal can prove to be ours, for one purpose.
func (k *Kit) seal(purpose string, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	body := base64.RawURLEncoding.EncodeToString(b)
	return body + "." + k.sign(purpose, body)
}

func (k *Kit) unseal(purpose, text string, v any) bool {
	body, mac, ok := strings.Cut(text, ".")
	if !ok || !hmac.Equal([]byte(mac), []byte(k.sign(purpose, body))) {
		return false
	}
	b, err := base64.RawURLEncoding.DecodeString(body)
	return err == nil && json.Unmarshal(b, v) == nil
}

func (k *Kit) sign(purpose, body string) string {
	m := hmac.New(sha256.New, k.o.Key)
	m.Write([]byte(purpose + "\x00" + body))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}
