package bench

import (
	"context"
	"fmt"
	"math/rand"
	"net/http"
	"net/url"
)

// Reads are the times of the desks' reads at the preloaded size, p95 in milliseconds, one client.
type Reads struct {
	List   float64 `json:"list_p95_ms"`   // 50 open legs of one unit by due time
	Ticket float64 `json:"ticket_p95_ms"` // one ticket with its history
	Search float64 `json:"search_p95_ms"` // a two-character word, newest 50
	Advice float64 `json:"advice_p95_ms"` // suggestions at a pause while a request is typed
}

const readRuns = 200

// reads measures. The words searched for run from frequent to rare, as they come.
func (c *centre) reads(ctx context.Context) (*Reads, error) {
	cl := c.client(99)
	get := func(role, path string) (float64, error) {
		_, took, err := cl.call(ctx, c.tokens[role], http.MethodGet, path, 0, "", nil)
		return took, err
	}
	var list, one, search, advice []float64
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
		if _, took, err = cl.call(ctx, c.tokens["agent"], http.MethodPost, "/advice", 0, "", typed(cl.rnd, i)); err != nil {
			return nil, err
		}
		advice = append(advice, took)
	}
	return &Reads{List: quantile(list, 0.95), Ticket: quantile(one, 0.95), Search: quantile(search, 0.95), Advice: quantile(advice, 0.95)}, nil
}

func twoCharacters(w string) string {
	r := []rune(w)
	if len(r) < 2 {
		return "路灯"
	}
	return string(r[:2])
}

// typed is a request at one of the pauses while it is typed: from six characters to a hundred.
func typed(r *rand.Rand, i int) map[string]string {
	return map[string]string{"title": sentence(r, 12), "content": sentence(r, 6+i%10*10), "address": sentence(r, 8), "area": "622901001", "phone": fmt.Sprintf("139%08d", i)}
}
