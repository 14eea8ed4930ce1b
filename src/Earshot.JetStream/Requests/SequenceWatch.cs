using System.Collections.Concurrent;

namespace Earshot.JetStream.Requests;

/// <summary>
/// Compares the sequences of streams with those known before, for one connection. The last sequence of a stream decreases only when the
/// stream lost messages: purges do not change it. Each regression is reported once.
/// </summary>
internal sealed class SequenceWatch(string connection, Action<NatsConnectionEvent> append)
{
    private readonly ConcurrentDictionary<(string? Domain, string Stream), StreamEntry> _streams = new();
    private long _changes; // of the highest acknowledged sequences of all streams
    private long _asked; // the last change that a publish without a known stream started after

    public StreamEntry Entry(string? domain, string stream) =>
        _streams.TryGetValue((domain, stream), out StreamEntry? entry) ? entry : _streams.GetOrAdd((domain, stream), static key => new StreamEntry(key.Domain, key.Stream));

    /// <summary>
    /// Returns what is known of a stream by its name only: without a domain in the options of the context, the domain is known only from responses.
    /// </summary>
    public StreamView ViewByName(string? domain, string stream)
    {
        StreamEntry? entry = _streams.GetValueOrDefault((domain, stream));
        return View(entry ?? (domain is null ? _streams.FirstOrDefault(known => known.Key.Stream == stream).Value : null));
    }

    /// <summary>Returns what is known before a publish to a subject whose stream may not be known: many applications have a subject for each message.</summary>
    public StreamView ViewBeforePublish(StreamEntry? entry)
    {
        if (entry is not null)
        {
            return View(entry);
        }

        long change = Volatile.Read(ref _changes);
        Volatile.Write(ref _asked, change); // two threads may write the lower one last: less is kept then, and nothing wrong
        return new StreamView(null, 0, 0, change);
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

    /// <summary>Forgets a stream that this client deleted: its sequences may start again.</summary>
    public void Forget(string? domain, string stream)
    {
        foreach ((string? Domain, string Stream) key in _streams.Keys.Where(key => key.Stream == stream && (domain is null || key.Domain == domain)))
        {
            _streams.TryRemove(key, out _);
        }
    }

    /// <summary>Compares the sequence of a publish that was stored after it was first sent.</summary>
    /// <param name="entry">The stream of the ack.</param>
    /// <param name="sequence">The sequence of the message.</param>
    /// <param name="before">What was known when the publish was first sent. Ignored when it is of another stream or of none.</param>
    public void Acked(StreamEntry entry, ulong sequence, in StreamView before)
    {
        ulong expected;
        lock (entry)
        {
            ulong known = before.Entry == entry && before.Falls == entry.Falls ? before.Highest
                : before.Entry is null ? entry.Acks.At(before.Change) : 0;
            bool fell = sequence <= known;
            expected = fell ? known + 1 : 0;
            entry.Highest = fell ? sequence : Math.Max(entry.Highest, sequence);
            entry.Falls += fell ? 1 : 0;
            if (fell)
            {
                entry.Acks.Fall(sequence, Interlocked.Increment(ref _changes));
            }
            else if (sequence > entry.Acks.Highest)
            {
                entry.Acks.Raise(sequence, Interlocked.Increment(ref _changes), Volatile.Read(ref _asked));
            }
        }

        if (expected > 0)
        {
            Report(entry, new StreamFall(expected, sequence, RegressionEvidence.PubAck));
        }
    }

    /// <summary>Updates the highest sequence with that of a message that was delivered for the first time.</summary>
    /// <returns>How often the sequences of the stream fell until now.</returns>
    public static int Delivered(StreamEntry entry, ulong sequence)
    {
        lock (entry)
        {
            entry.Highest = Math.Max(entry.Highest, sequence);
            return entry.Falls;
        }
    }

    /// <summary>Reports a sequence below one that a consumer without redeliveries had delivered before, unless it is reported already.</summary>
    /// <param name="entry">The stream.</param>
    /// <param name="fall">What was expected and found.</param>
    /// <param name="falls">How often the sequences had fallen when the higher one was delivered: a fall since then is already reported.</param>
    public void Fell(StreamEntry entry, in StreamFall fall, int falls)
    {
        lock (entry)
        {
            if (entry.Falls != falls)
            {
                return;
            }

            entry.Falls++;
            entry.Highest = fall.Found;
            entry.Acks.Fall(Math.Min(entry.Acks.Highest, fall.Found), Interlocked.Increment(ref _changes));
        }

        Report(entry, fall);
    }

    /// <summary>Reports a consumer that starts beyond the end of its stream, once for each start. A mirror may only be behind.</summary>
    /// <param name="info">The state of the stream.</param>
    /// <param name="start">The first sequence of the consumer.</param>
    /// <param name="falls">How often the sequences had fallen when the state was received.</param>
    public void StartsBeyond(StreamInfo info, ulong start, int falls)
    {
        StreamEntry entry = Entry(info.Domain, info.Config.Name ?? "");
        lock (entry)
        {
            if (info.Config.Mirror is not null || info.State.LastSeq >= start - 1 || entry.StartBeyond == start)
            {
                return;
            }

            entry.StartBeyond = start;
        }

        Fell(entry, new StreamFall(start - 1, info.State.LastSeq, RegressionEvidence.StreamInfo), falls);
    }

    /// <summary>Compares the state of a stream with what was known before.</summary>
    /// <param name="info">The state in the response of the server.</param>
    /// <param name="before">What was known when the request was sent.</param>
    /// <param name="reason">Why the state was requested, as the evidence of a fall: <see cref="RegressionEvidence.StreamInfo"/> when it was not because of a suspicion.</param>
    /// <param name="action">What the caller does about a fall.</param>
    public void Informed(
        StreamInfo info, in StreamView before, RegressionEvidence reason = RegressionEvidence.StreamInfo, RegressionAction action = RegressionAction.None)
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
                evidence = reason;
            }

            entry.Highest = evidence is null ? Math.Max(entry.Highest, info.State.LastSeq) : info.State.LastSeq;
            if (evidence is not null)
            {
                entry.Falls++;
                entry.Acks.Fall(Math.Min(entry.Acks.Highest, info.State.LastSeq), Interlocked.Increment(ref _changes));
            }

            entry.Created = info.Created != default ? info.Created : created;
            entry.DuplicateWindow = info.Config.DuplicateWindow > TimeSpan.Zero ? info.Config.DuplicateWindow : entry.DuplicateWindow;
        }

        if (evidence is { } shown)
        {
            Report(entry, new StreamFall(before.Highest + 1, info.State.LastSeq, shown)
            {
                Action = action,
                CreatedBefore = created == default ? null : created,
                CreatedAfter = info.Created,
            });
        }
    }

    private void Report(StreamEntry entry, in StreamFall fall)
    {
        JetStreamMeter.Regressed(connection, fall.Evidence);
        append(new NatsStreamRegressionEvent
        {
            Stream = entry.Name,
            Domain = entry.Domain,
            Expected = fall.Expected,
            Found = fall.Found,
            Evidence = fall.Evidence,
            CreatedBefore = fall.CreatedBefore,
            CreatedAfter = fall.CreatedAfter,
            Action = fall.Action,
        });
    }
}
