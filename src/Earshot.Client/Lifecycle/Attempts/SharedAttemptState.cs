namespace Earshot.Lifecycle;

/// <summary>What all attempts of one connection share: whatever one of them has learnt about TLS binds the others.</summary>
internal sealed class SharedAttemptState
{
    private int _warned;

    /// <summary>TLS was used once: from then on nothing of this connection travels in plain text.</summary>
    public bool TlsWasUsed { get; set; }

    /// <summary>The callbacks that take part in attempts; null where the options have none.</summary>
    public AttemptCallbacks? Callbacks { get; set; }

    /// <summary>True once per connection and bit.</summary>
    public bool IsFirst(int bit) => (Interlocked.Or(ref _warned, bit) & bit) == 0;
}
