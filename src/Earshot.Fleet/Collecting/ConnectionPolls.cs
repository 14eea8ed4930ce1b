using System.Globalization;
using Earshot.Fleet.Reading;

namespace Earshot.Fleet.Collecting;

/// <summary>Asks all servers for their connections: for the open ones regularly, and for the closed ones when events may have been missed.</summary>
internal sealed class ConnectionPolls(CollectorParts parts, CollectorState state, StoredRecords stored)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(3);

    // Events of ends that happened up to now may still arrive, here or at another collector.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_clockMargin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_storeMargin = TimeSpan.FromSeconds(30);

    // Ends are remembered a little longer.
    private static readonly TimeSpan s_searchBack = TimeSpan.FromMinutes(50);

    private readonly Lock _lock = new();
    private (DateTimeOffset From, long Noted)? _absence;
    private HashSet<string> _answered = []; // the servers that had an answer to the last question for open connections

    /// <summary>When the last collector was there, as the stream shows it; the beginning of time when it does not.</summary>
    public async Task<DateTimeOffset> LastStoredAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await stored.LastAsync(cancellationToken).ConfigureAwait(false) ?? DateTimeOffset.MinValue;
        }
        catch (NatsException e)
        {
            CollectorLog.NotStored(parts.Logger, e.Message);
            return DateTimeOffset.MinValue;
        }
    }

    /// <summary>Events since a time may have been missed; their ends are filled in. Thread-safe.</summary>
    public void Absent(DateTimeOffset from)
    {
        long now = parts.Time.GetTimestamp();
        lock (_lock)
        {
            _absence = _absence is { } earlier && earlier.From < from ? (earlier.From, now) : (from, now);
        }
    }

    /// <summary>Asks until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        TimeSpan tick = parts.Options.ConnectionsInterval < s_tick ? parts.Options.ConnectionsInterval : s_tick;
        using var timer = new PeriodicTimer(tick, parts.Time);
        long? last = null;
        do
        {
            try
            {
                long now = parts.Time.GetTimestamp();
                if ((last is null || parts.Time.GetElapsedTime(last.Value, now) >= parts.Options.ConnectionsInterval) && await PollAsync(stop).ConfigureAwait(false))
                {
                    last = now;
                }

                if (parts.Outbox.TakeLoss() is { } loss)
                {
                    parts.Counts.Absent();
                    state.Lost(loss);
                    Absent(loss.From);
                }

                await FillAsync(stop).ConfigureAwait(false);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                // One round, whatever is wrong with the answers, does not end the others.
                parts.Counts.Received(isEvent: false);
                CollectorLog.NotRead(parts.Logger, e.Message, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
    }

    private async Task<bool> PollAsync(CancellationToken stop)
    {
        if (await AskAsync(ConnzQuestion.ForOpen, stop).ConfigureAwait(false) is not { } reading)
        {
            return false;
        }

        DateTimeOffset now = parts.Time.GetUtcNow();
        ILookup<string, ServerRecord> rows = reading.Where(record => record.Kind == ServerRecordKind.Open).ToLookup(record => record.Server.Id, StringComparer.Ordinal);
        bool isMissing = false;
        _answered = [.. reading.Where(record => record.Kind == ServerRecordKind.Seen).Select(record => record.Server.Id)];
        foreach (ServerRecord seen in reading.Where(record => record.Kind == ServerRecordKind.Seen))
        {
            state.Responded(seen.Server);
            if (state.IsClockNews(seen))
            {
                parts.Hold(seen, string.Create(CultureInfo.InvariantCulture, $"{seen.Server.Id}:seen:{seen.At.UtcTicks}"));
            }

            List<ServerRecord> open = [.. rows[seen.Server.Id].DistinctBy(row => row.Client!.Id)];
            (IReadOnlyList<ServerRecord> unknown, bool hasEnded) = state.Compare(seen.Server.Id, open, seen.At);
            isMissing |= hasEnded;
            foreach (ServerRecord row in unknown)
            {
                parts.Hold(row, string.Create(CultureInfo.InvariantCulture, $"{row.Server.Id}:{row.Client!.Id}:open:{row.At.UtcDateTime:yyyy-MM-dd}"));
            }
        }

        if (isMissing)
        {
            Absent(now - s_searchBack);
        }

        return true;
    }

    private async Task FillAsync(CancellationToken stop)
    {
        (DateTimeOffset From, long Noted) absence;
        lock (_lock)
        {
            if (_absence is not { } noted || parts.Time.GetElapsedTime(noted.Noted) < s_settled)
            {
                return;
            }

            absence = noted;
        }

        try
        {
            (int filled, bool isComplete) = await FillAsync(absence.From, stop).ConfigureAwait(false);
            if (filled > 0)
            {
                CollectorLog.Filled(parts.Logger, absence.From, filled);
            }

            lock (_lock)
            {
                _absence = _absence != absence ? _absence : isComplete ? null : (absence.From, parts.Time.GetTimestamp());
            }
        }
        catch (NatsException e)
        {
            CollectorLog.NotFilled(parts.Logger, absence.From, e.Message);
        }
    }

    // Also returns whether all servers have answered; otherwise the lists are asked for again.
    private async Task<(int Filled, bool IsComplete)> FillAsync(DateTimeOffset from, CancellationToken stop)
    {
        if (await AskAsync(ConnzQuestion.ForClosed, stop).ConfigureAwait(false) is not { } reading)
        {
            return (0, false);
        }

        var now = reading.Where(record => record.Kind == ServerRecordKind.Seen).ToDictionary(record => record.Server.Id, record => record.At, StringComparer.Ordinal);
        bool isComplete = _answered.IsSubsetOf(now.Keys);
        DateTimeOffset first = from < DateTimeOffset.UnixEpoch + s_storeMargin ? DateTimeOffset.UnixEpoch : from;
        List<ServerRecord> unknown = [.. reading.Where(record => record.Kind == ServerRecordKind.Filled && IsUnknown(record, first, now[record.Server.Id]))];
        if (unknown.Count == 0)
        {
            return (0, isComplete);
        }

        HashSet<(string Server, ulong Client)>? ends = await stored.EndsSinceAsync(first == DateTimeOffset.UnixEpoch ? first : first - s_storeMargin, stop).ConfigureAwait(false);
        int filled = 0;
        foreach (ServerRecord record in unknown.Where(record => ends?.Contains((record.Server.Id, record.Client!.Id)) != true))
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"{record.Server.Id}:{record.Client!.Id}:{record.At.UtcDateTime:O}");
            await parts.Outbox.AddWhenFreeAsync(new HeldRecord(record, id, parts.Time.GetUtcNow()), stop).ConfigureAwait(false);
            state.Filled(record);
            filled++;
        }

        return (filled, isComplete);
    }

    private bool IsUnknown(ServerRecord record, DateTimeOffset from, DateTimeOffset now) =>
        record.At - state.Offset(record.Server.Id) >= from - (from == DateTimeOffset.UnixEpoch ? TimeSpan.Zero : s_clockMargin) && now - record.At >= s_settled && !state.HasEnd(record);

    // Null when no server answers, for example because the connection is lost.
    private async Task<IReadOnlyList<ServerRecord>?> AskAsync(ConnzQuestion question, CancellationToken stop)
    {
        var collection = new ConnzCollection(parts.Options.Redaction, parts.Time);
        try
        {
            await ConnectionsReader.ReadAsync(parts.Connection, parts.Options.ConnectionsSubject, question, collection, parts.Connection.Opts.RequestTimeout, stop).ConfigureAwait(false);
        }
        catch (NatsException)
        {
            return null;
        }

        return collection.HasAnswers ? [.. collection.ToReading(isDefaultAccount: false).Records.OfType<ServerRecord>()] : null;
    }
}
