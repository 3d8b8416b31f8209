package bench

import (
	"context"
	"net/http"
	"net/url"
)

// Reads are the times of the desks' reads at the preloaded size, p95 in milliseconds, one client.
type Reads struct {
	List   float64 `json:"list_p95_ms"`   // 50 open legs of one unit by due time
	Ticket float64 `json:"ticket_p95_ms"` // one ticket with its history
	Search float64 `json:"search_p95_ms"` // a two-character word, newest 50
}

const readRuns = 200

// reads measures. The words searched for run from frequent to rare, as they come.
func (c *centre) reads(ctx context.Context) (*Reads, error) {
	cl := c.client(99)
	get := func(role, path string) (float64, error) {
		_, took, err := cl.call(ctx, c.tokens[role], http.MethodGet, path, 0, "", nil)
		return took, err
	}
	var list, one, search []float64
	ids, err := cl.someTickets(ctx)
	if err != nil {
		return nil, err
	}
	for i := range readRuns {
		took, err := get("head", "/desk?limit=50&unit="+c.unit)
		if err != nil {
			return nil, err
		}
		list = append(list, took)
		if took, err = get("lead", "/tickets/"+ids[i%len(ids)]); err != nil {
			return nil, err
		}
		one = append(one, took)
		if took, err = get("lead", "/search?q="+url.QueryEscape(twoCharacters(words[i%len(words)]))); err != nil {
			return nil, err
		}
		search = append(search, took)
	}
	return &Reads{List: quantile(list, 0.95), Ticket: quantile(one, 0.95), Search: quantile(search, 0.95)}, nil
}

func twoCharacters(w string) string {
	r := []rune(w)
	if len(r) < 2 {
		return "路灯"
	}
	return string(r[:2])
}
