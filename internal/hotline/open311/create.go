package open311

import (
	"crypto/rand"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// maxDescription is the standard's limit of a description in characters.
const maxDescription = 4000

// create files a request. The key's owner must be allowed to register tickets in the centre.
func (s server) create(c *call) (any, error) {
	if c.name != "requests" {
		return nil, errNoFile
	}
	if err := c.ParseForm(); err != nil {
		return nil, errInput.Say("请用 application/x-www-form-urlencoded 的形式提交。").Wrap(err)
	}
	if err := s.place(c, c.FormValue("jurisdiction_id")); err != nil {
		return nil, err
	}
	if err := s.signIn(c); err != nil {
		return nil, err
	}
	k, err := s.catalogue(c)
	if err != nil {
		return nil, err
	}
	code := c.PostForm.Get("service_code")
	chosen, ok := k.byCode[code]
	switch {
	case code == "":
		return nil, errWhichCode
	case !ok:
		return nil, errNoService
	}
	in, err := read(c.PostForm, chosen)
	if err != nil {
		return nil, err
	}
	if in.Key = c.Header.Get("Idempotency-Key"); in.Key == "" {
		in.Key = rand.Text()
	}
	t, err := s.Hotline.Register(c.Context(), in)
	if err != nil {
		return nil, err
	}
	r := receipt{ID: t.No, AccountID: c.PostForm.Get("account_id"), Notice: "查询码 " + t.QueryCode + "。"}
	if c.PostForm.Get("email") != "" {
		r.Notice += "本热线用电话回访，没有保存电子邮箱。"
	}
	return receipts{r}, nil
}

// signIn finds who the api_key belongs to.
func (s server) signIn(c *call) error {
	key := c.FormValue("api_key")
	if key == "" {
		return errKey
	}
	a, err := s.AuthenticateToken(c.Context(), key)
	if err != nil {
		if errs.As(err).Kind == errs.Internal {
			return err
		}
		return errKey.Wrap(err)
	}
	who := *a
	who.RequestID, who.IP = web.RequestID(c.Context()), web.ClientIP(c.Context())
	if who.CentreID != c.centre.ID || who.Require(hotline.PermRegister) != nil {
		return errKey
	}
	web.NoteActor(c.Context(), who.UserID)
	c.Request = c.WithContext(actor.With(c.Context(), &who))
	return nil
}

// read turns the form into a registration; every fault is said at once.
func read(form url.Values, chosen service) (hotline.RegisterInput, error) {
	in := hotline.RegisterInput{Channel: hotline.ChannelOpen311, Kind: hotline.Complaint, Category: chosen.Code, Content: strings.TrimSpace(form.Get("description")),
		Address: form.Get("address_string"), Area: form.Get("address_id"), Phone: form.Get("phone"), Name: strings.TrimSpace(form.Get("last_name") + form.Get("first_name"))}
	e := errInput
	if utf8.RuneCountInString(in.Content) > maxDescription {
		e = e.Field("description", "最多 %d 个字。", maxDescription)
	}
	if in.Content == "" {
		in.Content = chosen.Name
	}
	in.Anonymous = strings.TrimSpace(in.Phone) == ""
	lat, long := form.Get("lat"), form.Get("long")
	switch {
	case lat == "" && long == "":
		if in.Address == "" && in.Area == "" {
			e = e.Field("address_string", "请给出地点：lat 和 long，或 address_string，或 address_id。")
		}
	case lat == "" || long == "":
		e = e.Field("lat", "lat 和 long 要一起给出。")
	default:
		north, err1 := strconv.ParseFloat(lat, 64)
		east, err2 := strconv.ParseFloat(long, 64)
		if err1 != nil || err2 != nil || !(north >= -90 && north <= 90) || !(east >= -180 && east <= 180) {
			e = e.Field("lat", "lat 应在 -90 到 90 之间，long 应在 -180 到 180 之间，WGS 84 的度数。")
			break
		}
		in.Place = hotline.PlaceAt(north, east)
	}
	in.Place.Media = strings.TrimSpace(form.Get("media_url"))
	e = readAttributes(form, &in, e)
	return in, e.OrNil()
}

// readAttributes takes attribute[CODE] and attribute[CODE][]; what the service does not define is refused, so that
// nothing that a person wrote is lost without a word.
func readAttributes(form url.Values, in *hotline.RegisterInput, e *errs.Error) *errs.Error {
	for field, values := range form {
		code, ok := strings.CutPrefix(strings.TrimSuffix(field, "[]"), "attribute[")
		code, closed := strings.CutSuffix(code, "]")
		if !ok || !closed || len(values) == 0 || values[0] == "" {
			continue
		}
		given := values[0]
		switch code {
		case attrKind:
			if in.Kind = given; !allowed(kinds(), given) {
				e = e.Field(field, "没有这个诉求类型；举报请拨打 12345。")
			}
		case attrReply:
			if in.NoReply = given == "no"; !in.NoReply && given != "yes" {
				e = e.Field(field, "只能是 yes 或 no。")
			}
		case attrEventAt:
			at, err := clock.ParseInstant(given)
			if err != nil {
				e = e.Field(field, "请写成 2026-05-08T16:30:00+08:00 这样的时间。")
			}
			in.EventAt = at
		default:
			e = e.Field(field, "这个事项没有这一项，请查看它的定义。")
		}
	}
	return e
}

func allowed(values []value, key string) bool {
	for _, v := range values {
		if v.Key == key {
			return true
		}
	}
	return false
}
