package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"yichuang/internal/web"
)

// slowly gives a form after a pause, as a slow line does.
type slowly struct {
	pause time.Duration
	rest  io.Reader
}

func (s *slowly) Read(p []byte) (int, error) {
	time.Sleep(s.pause)
	s.pause = 0
	return s.rest.Read(p)
}

func TestRoutesWithFilesWaitForSlowLines(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		answer := func(c *web.Ctx) error { return c.JSON(http.StatusOK, c.Form().Text("a")) }
		k.Public("POST /small", answer)
		k.Public("POST /large", answer, web.MaxBody(8<<20))
	})
	srv := httptest.NewUnstartedServer(s.Pages.Handler())
	srv.Config.ReadTimeout = 150 * time.Millisecond
	srv.Start()
	defer srv.Close()
	post := func(path string) string {
		res, err := http.Post(srv.URL+path, "application/x-www-form-urlencoded", &slowly{400 * time.Millisecond, strings.NewReader("a=here")})
		if err != nil {
			return err.Error()
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		return string(b)
	}
	if got := post("/large"); strings.TrimSpace(got) != `"here"` {
		t.Errorf("a slow form with files: %.200s", got)
	}
	if got := post("/small"); strings.TrimSpace(got) == `"here"` {
		t.Error("an ordinary form was waited for beyond the server's own time")
	}
}
