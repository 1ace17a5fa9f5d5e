package rxtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/neorx/neorx/rx"
)

// TruthOption changes what Truth examines.
type TruthOption func(*truthConfig)

type truthConfig struct{ every int }

// Every lets Truth examine every nth cell only, where a source is too slow for the thousands that
// there are. Default 1; less counts as 1. A prime makes it examine each exit of some operators.
func Every(n int) TruthOption { return func(c *truthConfig) { c.every = max(1, n) } }

// Truth is Matrix for what observations report. Each operator, terminal operation and method of the
// face is examined alone, in a function of another run, on goroutines of another run, under the
// context of a run whose consumer has had enough, and merged with its like. Besides leaks it fails
// the test where an observation
//
//   - reports a completion without all the items, or with others;
//   - has an item missing, twice, or in the wrong place, also before an error;
//   - ends more or less than once, or with an error that hides the cause;
//   - loses what its source has failed with behind a stop ([rx.AfterStop]);
//   - panics with anything but the panic of the test.
//
// It returns how each observation has ended, as a table for a file that is committed.
func Truth(t *testing.T, open func(t *testing.T) Source, opts ...TruthOption) string {
	c := truthConfig{every: 1}
	for _, o := range opts {
		o(&c)
	}
	cells := 0
	var table strings.Builder
	for _, p := range places {
		fmt.Fprintf(&table, "# %s\n\n%-35s", p.name, "")
		for _, e := range exits() {
			fmt.Fprintf(&table, "%-18s", e.name)
		}
		table.WriteString("\n")
		for _, name := range uses() {
			if p.place == merged && operators[strings.TrimPrefix(name, "rx.")] == nil {
				continue
			}
			fmt.Fprintf(&table, "%-35s", name)
			for _, e := range exits() {
				if cells++; cells%c.every != 0 {
					fmt.Fprintf(&table, "%-18s", "-")
					continue
				}
				x := &experiment{exit: e, place: p.place, use: name}
				x.inBubble(t, open)
				fmt.Fprintf(&table, "%-18s", x.judge(t))
			}
			table.WriteString("\n")
		}
		table.WriteString("\n")
	}
	return strings.ReplaceAll(table.String(), " \n", "\n")
}

// judge fails the test where something is wrong and returns how the observations have ended.
func (x *experiment) judge(t *testing.T) string {
	t.Helper()
	cell := fmt.Sprintf("%s, %s, %s", x.use, x.name, places[x.place].name)
	if x.held != 0 {
		t.Errorf("%s: %d held", cell, x.held)
	}
	words := []string{"either"}
	if !x.races() {
		words = nil
	}
	for _, r := range x.readers {
		for _, fault := range x.faults(r.report) {
			t.Errorf("%s: %s\n\titems: %v\n\tends: %v", cell, fault, short(r.items), r.ends)
		}
		if !x.races() {
			words = append(words, x.word(r.report))
		}
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), "/")
}

// races tells whether which of two ends comes is a matter of the scheduler. Both are checked, and
// neither is in the table.
func (x *experiment) races() bool {
	want := expectations[x.use]
	switch {
	case x.use == "Observable.Sample":
		return true // its sampler may end before its source does anything
	case x.use == "rx.Merge" && x.name == "late failure":
		return true // a source may be through before the stop
	case x.name == "closed":
		return want.enough > 0 || want.failure != nil
	case x.place == merged && x.early:
		return true // how far the other run is at the stop
	case x.place == satisfied:
		return x.early || want.enough == 1 && (x.at > 1 || x.times > 1)
	}
	return want.groups && x.early
}

// word is how an observation has ended.
func (x *experiment) word(r *report) string {
	end, ended := r.verdict()
	switch {
	case r.exited, x.place == crewed && errors.Is(end, rx.ErrAborted):
		return "exited" // or broken off by another on the same goroutines
	case r.panics != nil:
		return "panicked"
	case !ended:
		return "said nothing"
	case end == nil:
		return "complete"
	case x.isLate(end):
		return "late failure"
	case errors.Is(end, errOperator):
		return "failed"
	case errors.Is(end, rx.ErrAborted):
		return "aborted"
	case errors.Is(end, context.DeadlineExceeded):
		return "deadline"
	case errors.Is(end, context.Canceled):
		return "cancelled"
	}
	return "failed"
}

// verdict is how the observation has ended; one with inner observables fails with any of them.
func (r *report) verdict() (end error, ended bool) {
	for _, err := range r.ends {
		if err != nil {
			return err, true
		}
	}
	return r.inner, len(r.ends) > 0
}

// faults is everything that is wrong with a report.
func (x *experiment) faults(r *report) []string {
	want := expectations[x.use]
	faults := slices.Clone(r.faults)
	if fault := x.endsFault(r, want.ends); fault != "" {
		faults = append(faults, fault)
	}
	end, ended := r.verdict()
	fault := ""
	switch {
	case r.exited || r.panics != nil || !ended:
		fault = x.beginningFault(r, &want)
	case end == nil:
		fault = x.completionFault(r, &want)
	default:
		fault = x.failureFault(r, &want, end)
	}
	if fault != "" {
		faults = append(faults, fault)
	}
	return faults
}

// endsFault checks how often the consumer was told of the end, and a panic.
func (x *experiment) endsFault(r *report, want ends) string {
	switch {
	case r.exited:
		return unless(x.name == "Goexit", "the call was left by Goexit")
	case r.panics != nil:
		err, _ := r.panics.(error)
		return unless(x.name == "panic" && errors.Is(err, errOperator), fmt.Sprint("the call has panicked: ", r.panics))
	case want == silent:
		return unless(len(r.ends) == 0, "an end where none is expected")
	case want == errorOnly:
		return unless(len(r.ends) <= 1 && (len(r.ends) == 0 || r.ends[0] != nil), "not one error")
	}
	return unless(len(r.ends) == 1, fmt.Sprintf("%d ends in place of one", len(r.ends)))
}

func unless(right bool, fault string) string {
	if right {
		return ""
	}
	return fault
}

// completionFault checks an observation that says that it is complete.
func (x *experiment) completionFault(r *report, want *expected) string {
	whole := want.whole(x.n)
	switch {
	case want.ends == anyEnd || want.order == some:
		return x.beginningFault(r, want)
	case x.owed.Load() > 0 && !want.forgets:
		return "what the source has failed with behind the stop is lost"
	case x.early && !want.groups:
		return x.twoFault(r, want)
	case want.enough > 0 && x.reaches() >= want.enough, x.completes() && !want.refuses:
		if x.shared() {
			return x.beginningFault(r, want)
		}
		return itemsFault(x.order(want), r.items, x.runsOf(whole))
	case want.failure != nil && x.name == "closed": // which its source may see before its context ends
		return x.beginningFault(r, want)
	case want.failure != nil && x.fails():
		return x.replacedFault(r, want)
	}
	return "complete, but it was broken off"
}

// twoFault checks an observation whose consumer took two items.
func (x *experiment) twoFault(r *report, want *expected) string {
	if x.order(want) != inOrder {
		return unless(len(r.items) == 2, "not two items")
	}
	if terminals[strings.TrimPrefix(x.use, "rx.")] != nil { // they get the two
		return itemsFault(inOrder, r.items, want.whole(2))
	}
	whole := want.whole(x.n)
	if len(want.broken(x.n)) == 0 && want.enough == 0 {
		return "complete, but its source was not"
	}
	return itemsFault(inOrder, r.items, whole[:min(2*max(1, want.batch), len(whole))])
}

// replacedFault checks an observation in which something else came in place of a failure.
func (x *experiment) replacedFault(r *report, want *expected) string {
	items := append(want.broken(x.reaches()), texts(want.failure)...)
	if want.replaces || x.traits().Withholds && x.exit.end == Fail {
		items = texts(want.failure)
	}
	got := slices.Clone(r.items)
	if want.failure[0] == "its text" && len(got) > 0 {
		got[len(got)-1] = "its text"
	}
	return itemsFault(inOrder, got, items)
}

// failureFault checks an observation that has ended with an error.
func (x *experiment) failureFault(r *report, want *expected, end error) string {
	if fault := x.causeFault(want, end); fault != "" {
		return fault + ": " + end.Error()
	}
	if x.fails() && !x.traits().Withholds && x.order(want) == inOrder && !x.shared() && x.place != satisfied {
		return itemsFault(inOrder, r.items, want.broken(x.reaches()))
	}
	return x.beginningFault(r, want)
}

// causeFault checks that the error says what has broken the observation.
func (x *experiment) causeFault(want *expected, end error) string {
	foreign := x.place == satisfied && errors.Is(end, context.Canceled)
	switch {
	case x.owed.Load() > 0 && x.isLate(end), foreign, want.groups && x.early, want.refuses && x.completes():
		return ""
	case x.use == "rx.Run" && x.place == satisfied && rx.Stopped(end): // it is no run of its own
		return ""
	case want.begins && x.early && x.place == merged && errors.Is(end, context.Canceled):
		return ""
	case rx.Stopped(end):
		return "somebody's stop"
	}
	if x.place == satisfied && x.name != "cancelled before" && x.reaches() > 1 {
		return "not the end of the context"
	}
	right := false
	switch x.name {
	case "source failed", "failed at once":
		_, isLedger := x.source.(*Ledger)
		right = errors.Is(end, ErrSource) || !isLedger && !errors.Is(end, context.Canceled)
	case "operator failed", "panic":
		right = errors.Is(end, errOperator)
	case "Goexit":
		right = errors.Is(end, rx.ErrAborted) || x.place == crewed
	case "cancelled before", "cancelled during":
		right = errors.Is(end, context.Canceled)
	case "stopped early", "late failure", "deadline":
		right = errors.Is(end, context.DeadlineExceeded)
	case "closed":
		right = true
	}
	return unless(right, "not the cause")
}

// isLate tells whether err is what the source has failed with behind a stop.
func (x *experiment) isLate(err error) bool {
	return errors.Is(err, errLate) || errors.Is(err, x.traits().Owed)
}

// beginningFault checks that what has come is the beginning of what had to come.
func (x *experiment) beginningFault(r *report, want *expected) string {
	whole := x.runsOf(want.whole(x.n))
	if broken := x.runsOf(want.broken(x.n)); len(broken) > len(whole) || want.order == some {
		whole = append(broken, whole...)
	}
	if want.failure != nil {
		whole = append(want.broken(x.n), append(texts(want.failure), whole...)...)
		return unless(subset(r.items, append(whole, r.items[max(0, len(r.items)-1):]...)), "items that are not the source's")
	}
	if x.order(want) == inOrder && !x.shared() {
		if len(r.items) > len(whole) || !slices.Equal(r.items, whole[:len(r.items)]) {
			return "not the beginning of " + short(whole)
		}
		return ""
	}
	if want.order == some {
		whole = append(whole, texts(upTo(x.n))...)
	}
	return unless(subset(r.items, whole), "not some of "+short(whole))
}

func itemsFault(o order, got, want []string) string {
	if o != inOrder {
		got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	}
	return unless(slices.Equal(got, want), "not the items "+short(want))
}

// short is items for a message.
func short(items []string) string {
	const most = 12
	if len(items) <= most {
		return fmt.Sprint(items)
	}
	return fmt.Sprintf("%v and %d more", items[:most], len(items)-most)
}

// subset tells whether all of some are in all, as often as they are there.
func subset(some, all []string) bool {
	left := map[string]int{}
	for _, v := range all {
		left[v]++
	}
	for _, v := range some {
		if left[v]--; left[v] < 0 {
			return false
		}
	}
	return true
}

// reaches is how many items the source gives before what ends the observation.
func (x *experiment) reaches() int {
	switch {
	case x.name == "cancelled before":
		return 0
	case x.place == satisfied && x.n > 1:
		return 1
	case x.disturb != nil:
		return 2
	}
	return x.n
}

// completes tells whether the source completes, and nothing comes between.
func (x *experiment) completes() bool {
	return x.exit.end == Complete && x.disturb == nil && x.context == nil && x.place != satisfied
}

// fails tells whether the source or an operator behind it fails with an error.
func (x *experiment) fails() bool { return x.exit.end == Fail || x.name == "operator failed" }

// order is the order in which items come in this place.
func (x *experiment) order(want *expected) order {
	if x.place == merged {
		return max(want.order, interleaved)
	}
	return want.order
}

// runsOf is the items of all runs that one consumer gets.
func (x *experiment) runsOf(items []string) []string {
	if x.place == merged {
		return slices.Repeat(items, 2)
	}
	return items
}

// shared tells whether observers share a run, and may have come later than its items.
func (x *experiment) shared() bool {
	return x.use == "rx.Share" && (x.at > 1 || x.place == crewed || x.place == merged)
}
