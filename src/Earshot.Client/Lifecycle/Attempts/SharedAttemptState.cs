using Earshot.Timing;

namespace Earshot.Lifecycle;

/// <summary>What all attempts of one connection share: whatever one of them has learnt about TLS binds the others.</summary>
internal sealed class SharedAttemptState
{
    private int _warned;
    private HashSet<int>? _probed; // made by the first server that stays silent; under itself

    /// <summary>TLS was used once: from then on nothing of this connection travels in plain text.</summary>
    public bool TlsWasUsed { get; set; }

    /// <summary>The callbacks that take part in attempts; null where the options have none.</summary>
    public AttemptCallbacks? Callbacks { get; set; }

    /// <summary>True once per connection and server.</summary>
    public bool IsFirstProbe(int serverId)
    {
        HashSet<int> probed = Lazily.Get(ref _probed);
        lock (probed)
        {
            return probed.Add(serverId);
        }
    }

    /// <summary>True once per connection and bit.</summary>
    public bool IsFirst(int bit) => (Interlocked.Or(ref _warned, bit) & bit) == 0;
}
