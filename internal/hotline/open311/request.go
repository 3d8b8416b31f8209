package open311

import (
	"net/url"
	"strconv"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
)

type request struct {
	ID          string `json:"service_request_id" xml:"service_request_id"`
	Status      string `json:"status" xml:"status"`
	StatusNotes string `json:"status_notes" xml:"status_notes"`
	ServiceName string `json:"service_name" xml:"service_name"`
	ServiceCode string `json:"service_code" xml:"service_code"`
	Description string `json:"description" xml:"description"`
	Agency      string `json:"agency_responsible" xml:"agency_responsible"`
	Notice      string `json:"service_notice" xml:"service_notice"`
	Requested   string `json:"requested_datetime" xml:"requested_datetime"`
	Updated     string `json:"updated_datetime" xml:"updated_datetime"`
	Expected    string `json:"expected_datetime" xml:"expected_datetime"`
	Address     string `json:"address" xml:"address"`
	AddressID   string `json:"address_id" xml:"address_id"`
	Zipcode     string `json:"zipcode" xml:"zipcode"`
	Lat         *deg   `json:"lat" xml:"lat"`
	Long        *deg   `json:"long" xml:"long"`
	MediaURL    string `json:"media_url" xml:"media_url"`
}

// deg is degrees with six places, a number in JSON.
type deg int64

func (d deg) MarshalText() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(d)/1e6, 'f', -1, 64), nil
}

// MarshalJSON writes a number, not a text.
func (d deg) MarshalJSON() ([]byte, error) { return d.MarshalText() }

type requests []request

// maxNumbers is how many service_request_id one call may name.
const maxNumbers = 100

// requests lists what is public: the ids named, or those of a span of at most 90 days, newest first.
func (s server) requests(c *call) (any, error) {
	if err := s.place(c, c.FormValue("jurisdiction_id")); err != nil {
		return nil, err
	}
	f, err := filter(c.URL.Query(), s.kit.Clock().Now())
	if err != nil {
		return nil, err
	}
	return s.published(c, f)
}

// request answers one of them, as a list of one.
func (s server) request(c *call) (any, error) {
	if err := s.place(c, c.FormValue("jurisdiction_id")); err != nil {
		return nil, err
	}
	list, err := s.published(c, hotline.PublishedFilter{Numbers: []string{c.name}, Limit: 1})
	if err == nil && len(list) == 0 {
		err = errNoRequest
	}
	return list, err
}

func (s server) published(c *call, f hotline.PublishedFilter) (requests, error) {
	k, err := s.catalogue(c)
	if err != nil {
		return nil, err
	}
	found, err := s.Hotline.Published(c.Context(), f)
	if err != nil {
		return nil, err
	}
	out := make(requests, len(found))
	for i, t := range found {
		out[i] = k.request(t)
	}
	if len(found) > 0 && len(found) == f.Limit && len(f.Numbers) == 0 {
		q := c.URL.Query()
		q.Set("after", found[len(found)-1].No)
		c.w.Header().Set("Link", "<"+address(c)+c.URL.Path+"?"+q.Encode()+`>; rel="next"`)
	}
	return out, nil
}

func (k catalogue) request(t hotline.Published) request {
	r := request{ID: t.No, Status: "closed", StatusNotes: t.Notes, ServiceCode: t.Category, ServiceName: k.names[t.Category], Description: t.Text, Agency: t.Unit,
		Requested: stamp(t.Received), Updated: stamp(t.Updated), Expected: stamp(t.Expected), Address: t.Address, MediaURL: t.Media}
	if t.Open {
		r.Status = "open"
	}
	if r.ServiceName == "" {
		r.ServiceName = t.Category
	}
	if t.Place.Known() {
		lat, long := deg(t.Lat), deg(t.Long)
		r.Lat, r.Long = &lat, &long
	}
	return r
}

// filter reads the arguments of a list. Where only one end of the span is named, the other lies 90 days from it.
func filter(q url.Values, now clock.Instant) (hotline.PublishedFilter, error) {
	f := hotline.PublishedFilter{Categories: commas(q.Get("service_code")), Limit: hotline.MaxPublished}
	if ids := commas(q.Get("service_request_id")); len(ids) > 0 {
		if len(ids) > maxNumbers {
			return f, errInput.Field("service_request_id", "一次最多 %d 个。", maxNumbers)
		}
		f.Numbers = ids
		return f, nil
	}
	e := errInput
	var err error
	read := func(name string, into *clock.Instant) {
		text := strings.ReplaceAll(q.Get(name), " ", "+") // a plus sign that was not escaped
		if text == "" {
			return
		}
		if *into, err = clock.ParseInstant(text); err != nil {
			e = e.Field(name, "请写成 2026-05-08T00:00:00+08:00 这样的时间。")
		}
	}
	read("start_date", &f.From)
	read("end_date", &f.To)
	const span = clock.Instant(hotline.PublishedSpan * 24 * 3600 * 1000)
	switch {
	case f.From == 0 && f.To == 0:
		f.From, f.To = now-span+1, now+1
	case f.To == 0:
		f.To = min(f.From+span, now+1)
	case f.From == 0:
		f.From = max(f.To-span, 0)
	}
	if f.To < f.From {
		e = e.Field("end_date", "应晚于 start_date。")
	}
	switch states := strings.Join(commas(q.Get("status")), ","); states {
	case "", "open,closed", "closed,open":
	case "open", "closed":
		open := states == "open"
		f.Open = &open
	default:
		e = e.Field("status", "只能是 open、closed，或用逗号连接的两者。")
	}
	if text := q.Get("page_size"); text != "" {
		if f.Limit, err = strconv.Atoi(text); err != nil || f.Limit < 1 || f.Limit > hotline.MaxPublished {
			e = e.Field("page_size", "应为 1 到 %d 的整数。", hotline.MaxPublished)
		}
	}
	f.AfterNo = q.Get("after")
	return f, e.OrNil()
}

func commas(s string) []string {
	var out []string
	for _, part := range strings.Split(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

type receipt struct {
	ID        string `json:"service_request_id" xml:"service_request_id"`
	Token     string `json:"token,omitempty" xml:"token,omitempty"`
	Notice    string `json:"service_notice,omitempty" xml:"service_notice,omitempty"`
	AccountID string `json:"account_id,omitempty" xml:"account_id,omitempty"`
}

type receipts []receipt

// token exchanges a token for the request's id. Requests get their id at once here, so a token is the id in another form:
// the one that this program calls the ticket by.
func (s server) token(c *call) (any, error) {
	if err := s.place(c, c.FormValue("jurisdiction_id")); err != nil {
		return nil, err
	}
	list, err := s.Hotline.Published(c.Context(), hotline.PublishedFilter{ID: hotline.TicketID(c.name), Limit: 1})
	if err == nil && len(list) == 0 {
		err = errNoToken
	}
	if err != nil {
		return nil, err
	}
	return receipts{{ID: list[0].No, Token: c.name}}, nil
}
