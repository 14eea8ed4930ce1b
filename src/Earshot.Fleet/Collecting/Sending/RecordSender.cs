using Earshot.JetStream;

namespace Earshot.Fleet.Collecting;

/// <summary>Sends what is held until the stream has acknowledged it. Errors are retried with back-off.</summary>
internal sealed class RecordSender(CollectorParts parts, StoredRecords stored)
{
    // Less than the duplicate window of the stream, which is two minutes.
    private static readonly TimeSpan s_safeWindow = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan s_clockMargin = TimeSpan.FromSeconds(10);

    private readonly SendPace _pace = new();
    private readonly SilenceMarks _marks = new(stored.MarksOfAsync);
    private (HashSet<string> Ids, DateTimeOffset From, DateTimeOffset ReadAt)? _known;

    /// <summary>Sends until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        long start = parts.Time.GetTimestamp();
        while (true)
        {
            await parts.Outbox.WaitAsync(stop).ConfigureAwait(false);
            while (parts.Outbox.Take(_pace.Size) is { Count: > 0 } batch)
            {
                int failed = await SendAsync(batch, stop).ConfigureAwait(false);
                _pace.Sent(batch.Count - failed, failed, parts.Time.GetElapsedTime(start));
                await Task.Delay(_pace.Delay, parts.Time, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sends what is held until all of it is stored, the token is cancelled or the connection is closed. Does not throw.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        long start = parts.Time.GetTimestamp();
        try
        {
            while (!cancellationToken.IsCancellationRequested
                && parts.Connection.ConnectionState is not (NatsConnectionState.Closed or NatsConnectionState.Failed)
                && parts.Outbox.Take(_pace.Size) is { Count: > 0 } batch)
            {
                int failed = await SendAsync(batch, cancellationToken).ConfigureAwait(false);
                _pace.Sent(batch.Count - failed, failed, parts.Time.GetElapsedTime(start));
                await Task.Delay(_pace.Delay, parts.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What is not stored by now is not.
        }
    }

    /// <summary>A server has ended: nothing is remembered of it.</summary>
    public void Forget(string server) => _marks.Forget(server);

    // Returns the number of records that are not stored.
    private async Task<int> SendAsync(IReadOnlyList<HeldRecord> batch, CancellationToken cancellationToken)
    {
        var failed = new List<HeldRecord>(batch);
        try
        {
            HashSet<string>? known = await KnownIdsAsync(batch, cancellationToken).ConfigureAwait(false);
            // Whether a return is new depends on the silence before it: marks of one server are sent one after the other, everything else in parallel.
            IEnumerable<IGrouping<string?, HeldRecord>> rows = batch.GroupBy(record => record.IsSilenceMark ? record.Record.Server.Id : null, StringComparer.Ordinal);
            IEnumerable<Task<IEnumerable<HeldRecord>>> sending = rows.SelectMany(row => row.Key is null ? row.Select(record => SendRowAsync([record], known, cancellationToken)) : [SendRowAsync([.. row], known, cancellationToken)]);
            HashSet<HeldRecord> missing = [.. (await Task.WhenAll(sending).ConfigureAwait(false)).SelectMany(row => row)];
            failed = [.. batch.Where(missing.Contains)];
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Trouble(e.Message);
        }
        finally
        {
            if (failed.Count > 0)
            {
                parts.Outbox.Return(failed);
            }
        }

        parts.Counts.Retried(failed.Count);
        return failed.Count;
    }

    // Returns what is not stored: the first that is not, and those behind it.
    private async Task<IEnumerable<HeldRecord>> SendRowAsync(HeldRecord[] row, HashSet<string>? known, CancellationToken cancellationToken)
    {
        int stored = 0;
        while (stored < row.Length && await SendAsync(row[stored], known, cancellationToken).ConfigureAwait(false))
        {
            stored++;
        }

        return row.Skip(stored);
    }

    // What is older than the duplicate window may be stored already.
    private async Task<HashSet<string>?> KnownIdsAsync(IReadOnlyList<HeldRecord> batch, CancellationToken cancellationToken)
    {
        DateTimeOffset now = parts.Time.GetUtcNow();
        List<HeldRecord> old = [.. batch.Where(record => now - record.Since > s_safeWindow)];
        if (old.Count == 0)
        {
            return null;
        }

        DateTimeOffset from = old.Min(record => record.Since) - s_clockMargin;
        if (_known is not { } known || known.From > from || old.Any(record => record.LastAttempt > known.ReadAt))
        {
            HashSet<string>? ids = await stored.IdsSinceAsync(from, cancellationToken).ConfigureAwait(false);
            _known = known = (ids ?? [], from, now);
        }

        return known.Ids;
    }

    private async Task<bool> SendAsync(HeldRecord record, HashSet<string>? known, CancellationToken cancellationToken)
    {
        try
        {
            string? id = record.IsSilenceMark ? await _marks.IdOfAsync(record, cancellationToken).ConfigureAwait(false) : record.MessageId;
            if (id is null || known?.Contains(id) == true)
            {
                Complete(record, isDuplicate: true);
                return true;
            }

            record.LastAttempt = parts.Time.GetUtcNow();
            var opts = new NatsJSPubOpts { MsgId = id, ExpectedStream = FleetStreams.ServersName, Timeout = _pace.AckLimit, RetryAttempts = 1, FailFastWithoutStream = false };
            PubAckResponse ack = await parts.Stream.PublishAsync(record.Subject, record.Body, NatsRawSerializer<byte[]>.Default, opts, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (ack.Error is null)
            {
                if (record.IsSilenceMark)
                {
                    _marks.Stored(record, ack.Seq);
                }

                Complete(record, ack.Duplicate);
                return true;
            }

            if (ack.Error.ErrCode == (int)NatsJSErrorCode.StreamMessageExceedsMaximum)
            {
                Refuse(record, ack.Error.Description);
                return true;
            }

            Trouble($"{ack.Error.Description} (JetStream error {ack.Error.ErrCode})");
            return false;
        }
        catch (Exception e) when (e is NatsPayloadTooLargeException or NatsInvalidArgumentException or ArgumentException)
        {
            Refuse(record, e.Message); // the same bytes and names fail each time
            return true;
        }
        catch (Exception e) when (e is NatsException or ObjectDisposedException)
        {
            Trouble(e.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Complete(HeldRecord record, bool isDuplicate)
    {
        parts.Outbox.Complete(record);
        if (parts.Counts.Stored(record.Record.Kind, isDuplicate, parts.Time.GetUtcNow()))
        {
            CollectorLog.StoredAgain(parts.Logger);
        }
    }

    private void Refuse(HeldRecord record, string? error)
    {
        parts.Outbox.Refuse(record);
        CollectorLog.Refused(parts.Logger, record.Subject, error ?? "");
    }

    private void Trouble(string error)
    {
        if (parts.Counts.Troubled(error, parts.Time.GetUtcNow()))
        {
            CollectorLog.NotStored(parts.Logger, error);
        }
    }
}
