using System.Collections.Concurrent;

namespace Earshot.JetStream.Requests;

/// <summary>
/// Compares the sequences that streams give with those they gave before, for one connection. A sequence never falls unless the stream lost
/// messages: purges do not lower it. Each fall is reported once.
/// </summary>
internal sealed class SequenceWatch(Action<NatsConnectionEvent> append)
{
    private readonly ConcurrentDictionary<(string? Domain, string Stream), StreamEntry> _streams = new();

    public StreamEntry Entry(string? domain, string stream) =>
        _streams.TryGetValue((domain, stream), out StreamEntry? entry) ? entry : _streams.GetOrAdd((domain, stream), static key => new StreamEntry(key.Domain, key.Stream));

    /// <summary>
    /// What is known of a stream by its name alone: where a context has no domain of its own, the server's is known only from its answers.
    /// </summary>
    public StreamView ViewByName(string? domain, string stream)
    {
        StreamEntry? entry = _streams.GetValueOrDefault((domain, stream));
        return View(entry ?? (domain is null ? _streams.FirstOrDefault(known => known.Key.Stream == stream).Value : null));
    }

    public static StreamView View(StreamEntry? entry)
    {
        if (entry is null)
        {
            return default;
        }

        lock (entry)
        {
            return new StreamView(entry, entry.Highest, entry.Falls);
        }
    }

    /// <summary>The stream was deleted by this client: it may begin again.</summary>
    public void Forget(string? domain, string stream)
    {
        foreach ((string? Domain, string Stream) key in _streams.Keys.Where(key => key.Stream == stream && (domain is null || key.Domain == domain)))
        {
            _streams.TryRemove(key, out _);
        }
    }

    /// <summary>A publish was stored, and was no duplicate.</summary>
    /// <param name="entry">The stream of the ack.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="before">What was known when the publish was sent first; of another stream or of none it says nothing.</param>
    public void Acked(StreamEntry entry, ulong sequence, in StreamView before)
    {
        ulong expected;
        lock (entry)
        {
            bool fell = before.Entry == entry && before.Falls == entry.Falls && sequence <= before.Highest;
            expected = fell ? before.Highest + 1 : 0;
            entry.Highest = fell ? sequence : Math.Max(entry.Highest, sequence);
            entry.Falls += fell ? 1 : 0;
        }

        if (expected > 0)
        {
            SendServerInfo(entry, expected, sequence, RegressionEvidence.PubAck, null);
        }
    }

    /// <summary>A message was delivered for the first time.</summary>
    /// <returns>How often the sequences of the stream fell until now.</returns>
    public static int Delivered(StreamEntry entry, ulong sequence)
    {
        lock (entry)
        {
            entry.Highest = Math.Max(entry.Highest, sequence);
            return entry.Falls;
        }
    }

    /// <summary>A consumer that goes forward delivered a sequence that it had delivered before.</summary>
    /// <param name="entry">The stream.</param>
    /// <param name="expected">The lowest sequence that could come.</param>
    /// <param name="found">The one that came.</param>
    /// <param name="falls">How often the sequences had fallen when the higher one was delivered: a fall since then is reported already.</param>
    public void Fell(StreamEntry entry, ulong expected, ulong found, int falls)
    {
        lock (entry)
        {
            if (entry.Falls != falls)
            {
                return;
            }

            entry.Falls++;
            entry.Highest = found;
        }

        SendServerInfo(entry, expected, found, RegressionEvidence.Delivery, null);
    }

    /// <summary>The server told the state of a stream.</summary>
    /// <param name="info">The state.</param>
    /// <param name="before">What was known when it was asked for.</param>
    public void Informed(StreamInfo info, in StreamView before)
    {
        StreamEntry entry = Entry(info.Domain, info.Config.Name ?? "");
        bool isComparable = before.Entry == entry;
        RegressionEvidence? evidence = null;
        DateTimeOffset created;
        lock (entry)
        {
            created = entry.Created;
            isComparable &= before.Falls == entry.Falls;
            if (isComparable && created != default && info.Created != default && info.Created != created)
            {
                evidence = RegressionEvidence.Created;
            }
            else if (isComparable && info.State.LastSeq < before.Highest)
            {
                evidence = RegressionEvidence.StreamInfo;
            }

            entry.Highest = evidence is null ? Math.Max(entry.Highest, info.State.LastSeq) : info.State.LastSeq;
            entry.Falls += evidence is null ? 0 : 1;
            entry.Created = info.Created != default ? info.Created : created;
            entry.DuplicateWindow = info.Config.DuplicateWindow > TimeSpan.Zero ? info.Config.DuplicateWindow : entry.DuplicateWindow;
        }

        if (evidence is { } shown)
        {
            SendServerInfo(entry, before.Highest + 1, info.State.LastSeq, shown, (created, info.Created));
        }
    }

    private void SendServerInfo(StreamEntry entry, ulong expected, ulong found, RegressionEvidence evidence, (DateTimeOffset Before, DateTimeOffset After)? created)
    {
        JetStreamMeter.Regressed(evidence);
        append(new NatsStreamRegressionEvent
        {
            Stream = entry.Name,
            Domain = entry.Domain,
            Expected = expected,
            Found = found,
            Evidence = evidence,
            CreatedBefore = created?.Before is { } before && before != default ? before : null,
            CreatedAfter = created?.After,
        });
    }
}
