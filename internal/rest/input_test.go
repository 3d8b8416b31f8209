package rest

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"pgregory.net/rapid"

	"yichuang/internal/clock"
)

type within struct {
	Year int      `path:"year" minimum:"2000" maximum:"2100"`
	Kind []string `query:"kind" maxItems:"2" enum:"hall,hotline"`
}

type request struct {
	within
	Day  DateParam `query:"day"`
	All  bool      `query:"all"`
	Sort string    `query:"sort" default:"due"`
	Need string    `query:"need" required:"true"`
	Body struct {
		Title string `json:"title" minLength:"2"`
		Mode  string `json:"mode,omitempty" enum:"replace,merge" default:"replace"`
	}
}

func testInput() (*huma.Operation, *input, huma.API) {
	speakChinese()
	op := &huma.Operation{OperationID: "test", Method: "POST", Path: "/years/{year}", MaxBodyBytes: 100, BodyReadTimeout: bodyTimeout}
	api := humago.New(http.NewServeMux(), huma.DefaultConfig("t", "1"))
	return op, newInput(api.OpenAPI().Components.Schemas, op, reflect.TypeFor[request]()), api
}

func read(op *huma.Operation, in *input, api huma.API, year, query, contentType, body string) (request, *refusal) {
	r := httptest.NewRequest("POST", "/years/x?"+query, strings.NewReader(body))
	r.SetPathValue("year", year)
	r.Header.Set("Content-Type", contentType)
	var out request
	refused := in.read(api, humago.NewContext(op, r, httptest.NewRecorder()), reflect.ValueOf(&out).Elem())
	return out, refused
}

func TestInput(t *testing.T) {
	op, in, api := testInput()
	got, refused := read(op, in, api, "2026", "kind=hall,hotline&day=2026-05-14&all=true&need=x", "application/json", `{"title":"路灯"}`)
	if refused != nil {
		t.Fatal(refused)
	}
	if got.Year != 2026 || !reflect.DeepEqual(got.Kind, []string{"hall", "hotline"}) || got.Day.Get() != clock.MustDate("2026-05-14") || !got.All {
		t.Errorf("%+v", got)
	}
	if got.Sort != "due" || got.Body.Mode != "replace" || got.Body.Title != "路灯" {
		t.Errorf("what was not sent: %+v", got)
	}
	if len(op.Parameters) != 6 || op.RequestBody == nil || !op.RequestBody.Required {
		t.Errorf("described: %+v", op)
	}
}

func TestInputRefusals(t *testing.T) {
	const good = `{"title":"路灯"}`
	for _, tt := range []struct {
		name, year, query, contentType, body string
		status                               int
		errors                               string // places, in order
	}{
		{"year", "26", "need=x", "application/json", good, 422, "path.year"},
		{"no number", "x", "need=x", "application/json", good, 422, "path.year"},
		{"number too long", "99999999999999999999", "need=x", "application/json", good, 422, "path.year"},
		{"list", "2026", "need=x&kind=a", "application/json", good, 422, "query.kind[0]"},
		{"list too long", "2026", "need=x&kind=hall,hall,hall", "application/json", good, 422, "query.kind"},
		{"flag", "2026", "need=x&all=ja", "application/json", good, 422, "query.all"},
		{"day", "2026", "need=x&day=31.12.", "application/json", good, 422, "query.day"},
		{"everything at once", "26", "all=ja", "application/json", `{"title":"灯","x":1}`, 422, "path.year query.all query.need body.title body.x"},
		{"not json", "2026", "need=x", "application/json", `{`, 400, "body"},
		{"no body", "2026", "need=x", "application/json", "", 400, ""},
		{"another type", "2026", "need=x", "text/csv", "a;b", 415, "body"},
		{"too large", "2026", "need=x", "application/json", `{"title":"` + strings.Repeat("a", 100) + `"}`, 413, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			op, in, api := testInput()
			_, refused := read(op, in, api, tt.year, tt.query, tt.contentType, tt.body)
			if refused == nil || refused.status != tt.status {
				t.Fatalf("got %+v", refused)
			}
			var places []string
			for _, err := range refused.errors {
				places = append(places, err.(*huma.ErrorDetail).Location)
			}
			if got := strings.Join(places, " "); got != tt.errors {
				t.Errorf("places %q, want %q", got, tt.errors)
			}
		})
	}
}

func TestInputNeverPanics(t *testing.T) {
	op, in, api := testInput()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringMatching(`[0-9a-z,=&\-]{0,30}`)
		year, query := text.Draw(rt, "year"), text.Draw(rt, "query")
		out, refused := read(op, in, api, year, query, "application/json", rapid.String().Draw(rt, "body"))
		if refused == nil && (out.Year < 2000 || out.Year > 2100 || len([]rune(out.Body.Title)) < 2 || out.Need == "") {
			rt.Fatalf("taken: %q %q %+v", year, query, out)
		}
		if refused != nil && refused.status < 400 {
			rt.Fatalf("status %d", refused.status)
		}
	})
}
