using System.Runtime.CompilerServices;
using Earshot.JetStream;
using Earshot.JetStream.Consuming;
using Earshot.JetStream.Context;
using Earshot.KeyValueStore.Entries;

namespace Earshot.KeyValueStore.Watching;

/// <summary>One running watch: feeds the state machine from an ordered read, and makes entries of messages. For one reader at a time.</summary>
internal sealed class WatchRun<T>
{
    // Entries can be removed after the server has counted them; their end is then known only from the info of the consumer.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(1);

    private readonly WatchSetup _setup;
    private readonly WatchMachine _machine;
    private readonly INatsDeserialize<T>? _serializer;
    private OrderedRead<T>? _read;
    private INatsJSMsg<T>? _held; // taken, and behind an event
    private bool _isAhead; // the first revision is one that the bucket does not have

    public WatchRun(WatchSetup setup, INatsDeserialize<T>? serializer)
    {
        (_setup, _serializer) = (setup, serializer);
        _machine = new WatchMachine(setup.Opts.IgnoreDeletes);
    }

    public NatsKVWatchOpts Opts => _setup.Opts;

    public NatsKVWatchCounts Counts => new(_machine.Received, _machine.LastRevision, _machine.Resets, _read?.Incarnations ?? 0);

    public NatsJSConsumeState State => _read?.State ?? NatsJSConsumeState.Asking;

    /// <summary>Whether there are no first entries: the end of them is the first event.</summary>
    public bool IsSyncedAtStart => _machine is { IsSynced: true, Received: 0 };

    /// <summary>Creates the consumer and starts to read.</summary>
    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ulong revision = _setup.Opts.ResumeAtRevision;
        if (revision > 0 && await IsAheadAsync(revision, cancellationToken).ConfigureAwait(false))
        {
            (revision, _isAhead) = (0, true);
        }

        _read = _setup.Read(Created, _serializer, revision);
        await _read.BeginAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes an entry that was received already, unless an event precedes it. A loop needs no task for each entry then.</summary>
    public bool TryTake(out NatsKVEntry<T> entry)
    {
        while (_held is null && !_machine.HasEvent && _read!.TryTake(out INatsJSMsg<T>? msg))
        {
            if (EntryOf(msg!, out entry))
            {
                return true;
            }
        }

        entry = default;
        return false;
    }

    /// <summary>Returns the next entry or event; null when the watch has ended or its token is cancelled.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<NatsKVWatchItem<T>?> NextAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (_machine.TryTake(out NatsKVWatchEvent e))
            {
                return new NatsKVWatchItem<T>(e, default);
            }

            INatsJSMsg<T>? msg = _held;
            _held = null;
            if (msg is null && !_read!.TryTake(out msg))
            {
                msg = _machine.IsSynced || !_read.HasConsumer
                    ? await _read.NextAsync(cancellationToken).ConfigureAwait(false)
                    : await FirstAsync(cancellationToken).ConfigureAwait(false);
            }

            if (_machine.HasEvent)
            {
                _held = msg; // events precede it
            }
            else if (msg is null)
            {
                if (_read!.IsStopping)
                {
                    return null;
                }
            }
            else if (EntryOf(msg, out NatsKVEntry<T> entry))
            {
                return new NatsKVWatchItem<T>(NatsKVWatchEvent.Entry, entry);
            }
        }

        return null;
    }

    /// <summary>Ends the watch and deletes its consumer. Not while another thread reads.</summary>
    public void Abandon()
    {
        if (_held is { } held)
        {
            _held = null;
            JetStreamPort.Release(held.Data);
        }

        _read?.Abandon();
    }

    /// <summary>A waiting reader ends. Any thread.</summary>
    public void Stop() => _ = _read?.StopAsync();

    // The first entries: a silence among them may be their end.
    private async ValueTask<INatsJSMsg<T>?> FirstAsync(CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(s_silence, _setup.Routes.Port.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        if (await _read!.NextAsync(either.Token).ConfigureAwait(false) is { } msg)
        {
            return msg;
        }

        if (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested && await _read.IsDrainedAsync(cancellationToken).ConfigureAwait(false))
        {
            _machine.Drained();
        }

        return null;
    }

    private void Created(ConsumerInfo info, bool hasRegressed)
    {
        _machine.Created(info.NumPending, hasRegressed || _isAhead);
        _isAhead = false;
    }

    // A consumer with a later start than the end of the stream would deliver nothing until then.
    private async ValueTask<bool> IsAheadAsync(ulong revision, CancellationToken cancellationToken)
    {
        StreamInfo info = await _setup.Routes.Port.StreamAsync(_setup.Routes.Stream, cancellationToken).ConfigureAwait(false);
        if (revision <= info.State.LastSeq + 1)
        {
            return false;
        }

        _setup.Routes.Port.Append(new NatsStreamRegressionEvent
        {
            Stream = _setup.Routes.Stream,
            Domain = _setup.Routes.Port.Options.Domain,
            Expected = revision - 1,
            Found = info.State.LastSeq,
            Evidence = RegressionEvidence.KVRevision,
            CreatedAfter = info.Created,
            Action = RegressionAction.Restarted,
        });
        return true;
    }

    private bool EntryOf(INatsJSMsg<T> msg, out NatsKVEntry<T> entry)
    {
        NatsJSMsgMetadata metadata = msg.Metadata.GetValueOrDefault();
        NatsKVOperation operation = EntryHeaders.Read(JetStreamPort.BlockOf(msg.Headers)).Operation;
        string subjects = _setup.Routes.Subjects;
        bool isOfBucket = msg.Subject.Length > subjects.Length && msg.Subject.StartsWith(subjects, StringComparison.Ordinal); // the filter of the consumer says it, and a server may be wrong
        bool isDelivered = _machine.Receive(metadata.Sequence.Stream, metadata.NumPending, operation) && isOfBucket;
        bool hasValue = operation == NatsKVOperation.Put && !_setup.Opts.MetaOnly;
        if (!isDelivered || !hasValue)
        {
            JetStreamPort.Release(msg.Data);
        }

        entry = isDelivered
            ? new NatsKVEntry<T>(_setup.Routes.Bucket, msg.Subject[subjects.Length..])
            {
                Value = hasValue ? msg.Data : default,
                Revision = metadata.Sequence.Stream,
                Delta = metadata.NumPending,
                Created = metadata.Timestamp,
                Operation = operation,
                Error = hasValue ? msg.Error : null,
            }
            : default;
        return isDelivered;
    }
}
