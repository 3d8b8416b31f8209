package app_test

import (
	"fmt"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/app"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/web"
)

// callers are people whom chance made up: what of them must not leave the program in a file.
type callers struct {
	names, phones, numbers []string
}

// secrets lists everything, with the parts of a phone by which one would know it.
func (c callers) secrets() []string {
	out := slices.Concat(c.names, c.phones, c.numbers)
	for _, p := range c.phones {
		out = append(out, p[:7], p[3:])
	}
	return out
}

// makeCallers registers tickets of every confidentiality with such people, takes them different ways and archives one.
func makeCallers(t *testing.T, a *app.App, centre, unit string, rnd *rand.Rand) callers {
	t.Helper()
	lead := orgtest.User(t, a.Org, centre, orgtest.Where{Unit: unit}, org.RoleShiftLead)
	var c callers
	for i := range 24 {
		name := []string{"欧阳", "司徒", "上官", "慕容"}[rnd.Intn(4)] + string([]rune("冀豫皖赣鄂湘粤桂琼渝")[rnd.Intn(10)]) + string([]rune("麒麟鲲鹏骐骥骅骝骁骏")[rnd.Intn(10)])
		phone := fmt.Sprintf("139%08d", rnd.Intn(100_000_000))
		number := fmt.Sprintf("6229011985%02d%02d%03d%d", 1+rnd.Intn(12), 1+rnd.Intn(28), rnd.Intn(1000), rnd.Intn(10))
		in := hotline.RegisterInput{Channel: "电话", Kind: []string{hotline.Consult, hotline.Complaint, hotline.Report}[i%3], Title: fmt.Sprintf("路灯不亮第 %d 件", i), Content: "小区门口路灯不亮，请尽快修。",
			Name: name, Phone: phone, Category: "0101", Confidential: hotline.Confidentialities[i%len(hotline.Confidentialities)]}
		if i%4 == 0 {
			in.Content += "我叫" + name + "，电话" + phone + "，身份证号" + number + "。"
		}
		reg, err := a.Hotline.Register(lead.Ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		c.names, c.phones = append(c.names, name), append(c.phones, phone)
		if i%4 == 0 {
			c.numbers = append(c.numbers, number)
		}
		cmd := hotline.Command{TicketID: reg.ID}
		steps := []func() (hotline.Ticket, error){
			func() (hotline.Ticket, error) { return a.Hotline.Accept(lead.Ctx, cmd, hotline.Classify{}) },
			func() (hotline.Ticket, error) {
				return a.Hotline.Dispatch(lead.Ctx, cmd, hotline.DispatchInput{UnitID: unit})
			},
		}
		if in.Kind == hotline.Consult {
			steps = []func() (hotline.Ticket, error){
				func() (hotline.Ticket, error) { return a.Hotline.Answer(lead.Ctx, cmd, "已经报修。") },
				func() (hotline.Ticket, error) { return a.Hotline.Archive(orgtest.System(centre), cmd) },
			}
		}
		for _, step := range steps[:rnd.Intn(len(steps)+1)] {
			if _, err := step(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return c
}

// isExport reports whether a route hands out many records or a file.
func isExport(rt web.Route) bool {
	if rt.Method != http.MethodGet || strings.HasSuffix(rt.Pattern, "/live") || strings.Contains(rt.Pattern, "stream") || strings.Contains(rt.Pattern, "socket") || harmless(rt.Pattern) && !strings.HasPrefix(rt.Pattern, "/12345") {
		return false
	}
	if rt.API {
		return true
	}
	for _, end := range []string{".xlsx", ".csv", ".docx", ".pdf", ".json", ".zip", ".xml", "/export", "/print", "{file}"} {
		if strings.HasSuffix(rt.Pattern, end) {
			return true
		}
	}
	return false
}

// exempt are routes that show what people wrote or who called to those who hold the permission for exactly that.
func exempt(rt web.Route, u orgtest.Person) bool {
	return strings.HasSuffix(rt.Pattern, "/archive/records/{id}/package") || strings.HasSuffix(rt.Pattern, "/archive/records/{id}/package.zip") || strings.HasSuffix(rt.Pattern, "/caller")
}

// TestNoExportTellsWhoCalled lets chance make callers and asks every route that hands out a file or a list, as every role,
// with and without filters. No workbook, list of values, document or answer of the API holds a caller's name or phone, nor
// an identity number that somebody wrote into a request; only the package of an archived ticket does, for those who may
// export it. What a request says is read by those who work on it, so the identity number is looked for in lists and files
// alone.
func TestNoExportTellsWhoCalled(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	centre := addCentre(t, a)
	unit := orgtest.Unit(t, a.Org, centre, "市住建局", "")
	rnd := rand.New(rand.NewSource(20260508))
	c := makeCallers(t, a, centre, unit.ID, rnd)
	secrets := c.secrets()
	files, rows := 0, 0
	for _, role := range a.Org.Roles() {
		where := orgtest.Where{}
		if role.Code == org.RoleLiaison || role.Code == org.RoleUnitHead {
			where.Unit = unit.ID
		}
		u := orgtest.User(t, a.Org, centre, where, role.Code)
		h := signIn(t, srv.URL, u)
		for _, rt := range a.Web.Routes() {
			if !isExport(rt) || exempt(rt, u) {
				continue
			}
			path := prey{ids: map[string]string{"unit": unit.ID}}.fill(rt.Pattern)
			for _, query := range []string{"", "?from=2026-05-01&to=2026-06-01&month=2026-05&q=" + "%E8%B7%AF%E7%81%AF" + "&unit=" + unit.ID} {
				res, body := h.send(t, http.MethodGet, path+query, "", nil)
				if res.StatusCode != http.StatusOK {
					continue
				}
				if files++; strings.Contains(body, "路灯不亮第") {
					rows++
				}
				body = unpacked(body)
				for _, s := range secrets {
					if strings.Contains(body, s) {
						t.Errorf("%s%s tells the %s %q", rt.Pattern, query, role.Code, s)
						break
					}
				}
			}
		}
	}
	if files < 300 || rows < 20 {
		t.Errorf("only %d answers were looked at, %d of them with requests", files, rows)
	}
	packageTellsWhoMay(t, a, srv.URL, centre, c)
}

// packageTellsWhoMay proves that the secrets would be found: the package of an archived ticket holds its caller.
func packageTellsWhoMay(t *testing.T, a *app.App, base, centre string, c callers) {
	t.Helper()
	office := signIn(t, base, orgtest.User(t, a.Org, centre, orgtest.Where{}, org.RoleOffice))
	found := false
	for _, r := range office.ask(t, 200, "GET", "/archive/records", nil, nil).items() {
		text := unpacked(office.ask(t, 200, "GET", fmt.Sprintf("/archive/records/%v/package", r["id"]), nil, nil).raw)
		for i := range c.names {
			found = found || strings.Contains(text, c.names[i]) && strings.Contains(text, c.phones[i])
		}
	}
	if !found {
		t.Error("no package holds its caller: the test looks in the wrong places")
	}
}
