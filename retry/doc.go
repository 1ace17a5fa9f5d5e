// Package retry runs work again that has failed for a reason which may have gone by then.
//
//	rows := retry.Transient(retry.Default(), query) // an operator on streams
//	err := retry.Do(ctx, retry.Default(), work)     // the same for a function
//
// What may be retried is not decided here but by the errors themselves: see [Retryable]. When and for how long is decided by a [Policy]. The package
// knows nothing of Bolt or Neo4j and imports rx alone; session uses it.
package retry
