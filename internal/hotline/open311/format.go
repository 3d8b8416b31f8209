package open311

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"time"

	"yichuang/internal/clock"
)

// failure is one error of the standard's list.
type failure struct {
	Code        int    `json:"code" xml:"code"`
	Description string `json:"description" xml:"description"`
}

type failures []failure

// root gives the name of the outermost XML element and of its items; JSON is the plain value.
type root interface{ elements() (list, item string) }

func (failures) elements() (string, string)   { return "errors", "error" }
func (services) elements() (string, string)   { return "services", "service" }
func (requests) elements() (string, string)   { return "service_requests", "request" }
func (receipts) elements() (string, string)   { return "service_requests", "request" }
func (definition) elements() (string, string) { return "service_definition", "" }
func (discovery) elements() (string, string)  { return "discovery", "" }

// write answers in one of the two formats; XML is text/xml as the standard asks.
func write(w http.ResponseWriter, format string, status int, body any) {
	var b bytes.Buffer
	var err error
	if format == "json" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		err = e.Encode(body)
	} else {
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		b.WriteString(xml.Header)
		err = writeXML(&b, body)
	}
	if err != nil { // plain structs of text and numbers are always written
		status = http.StatusInternalServerError
		b.Reset()
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.WriteHeader(status)
	w.Write(b.Bytes()) //nolint:errcheck // the other side has gone
}

func writeXML(b *bytes.Buffer, body any) error {
	list, item := body.(root).elements()
	e := xml.NewEncoder(b)
	outer := xml.StartElement{Name: xml.Name{Local: list}}
	if item == "" {
		return e.EncodeElement(body, outer)
	}
	if err := e.EncodeToken(outer); err != nil {
		return err
	}
	if err := e.EncodeElement(body, xml.StartElement{Name: xml.Name{Local: item}}); err != nil {
		return err
	}
	if err := e.EncodeToken(outer.End()); err != nil {
		return err
	}
	return e.Flush()
}

// stamp writes an instant as the standard wants it, in China's zone.
func stamp(at clock.Instant) string {
	if at == 0 {
		return ""
	}
	return at.Time().In(clock.Shanghai).Format(time.RFC3339)
}
