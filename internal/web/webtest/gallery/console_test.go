package main

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// listen collects what the browser complains about: scripts that fail, and what the content policy refuses.
func listen(t *testing.T, ctx context.Context, into *[]string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	err := chromedp.Listen(ctx, func(ev any) {
		switch e := ev.(type) {
		case *runtime.EventExceptionThrown:
			*into = append(*into, "exception: "+e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError && !strings.Contains(e.Entry.Text, "the server responded with") {
				*into = append(*into, "console: "+e.Entry.Text)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
