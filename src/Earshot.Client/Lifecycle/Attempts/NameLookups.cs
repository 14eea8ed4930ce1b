using System.Net;
using Earshot.Transport;

namespace Earshot.Lifecycle;

/// <summary>
/// The DNS queries of one connection. A query continues when its attempt has timed out, and its result is used by the next attempt,
/// so that a resolver slower than the connect timeout delays a connection but does not prevent it.
/// </summary>
internal sealed class NameLookups(ITransportDialer dialer, TimeProvider time)
{
    private static readonly TimeSpan s_longestKept = TimeSpan.FromSeconds(30);
    private Dictionary<string, Lookup>? _lookups; // under this; there while there is one

    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken stop)
    {
        Lookup lookup = Find(host);
        try
        {
            return await lookup.Addresses.WaitAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            if (lookup.Addresses.IsCompleted)
            {
                Forget(host, lookup);
            }
        }
    }

    private Lookup Find(string host)
    {
        lock (this)
        {
            _lookups ??= new Dictionary<string, Lookup>(StringComparer.Ordinal);
            if (!_lookups.TryGetValue(host, out Lookup? lookup) || !lookup.IsOfUse(time))
            {
                lookup = new Lookup(dialer, host, time);
                _lookups[host] = lookup;
            }

            return lookup;
        }
    }

    private void Forget(string host, Lookup lookup)
    {
        lock (this)
        {
            if (_lookups?.GetValueOrDefault(host) == lookup && _lookups.Remove(host) && _lookups.Count == 0)
            {
                _lookups = null;
            }
        }
    }

    private sealed class Lookup
    {
        private long _found;

        public Lookup(ITransportDialer dialer, string host, TimeProvider time)
        {
            Addresses = RunAsync(dialer, host, time);
            _ = ObserveAsync(Addresses);
        }

        public Task<IPAddress[]> Addresses { get; }

        /// <summary>The query is in progress, or it has found addresses recently.</summary>
        public bool IsOfUse(TimeProvider time) =>
            !Addresses.IsCompleted || (HasFound && time.GetElapsedTime(Volatile.Read(ref _found)) < s_longestKept);

        private bool HasFound => Addresses is { IsCompletedSuccessfully: true, Result.Length: > 0 };

        private async Task<IPAddress[]> RunAsync(ITransportDialer dialer, string host, TimeProvider time)
        {
            IPAddress[] found = await dialer.ResolveAsync(host, CancellationToken.None).ConfigureAwait(false);
            Volatile.Write(ref _found, time.GetTimestamp());
            return found;
        }

        // Its attempt may have left before it fails.
        private static async Task ObserveAsync(Task addresses) => await addresses.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
