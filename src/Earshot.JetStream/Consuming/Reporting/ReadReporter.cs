using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Appends the notes of a read to the journal of its connection as events, and passes them to the handler of its options. Late acks are
/// reported once per second, with their number. Its lock is the object itself, because each call that reads has one; no application code runs
/// under it.
/// </summary>
internal sealed class ReadReporter(NatsJSConsumerKind kind, NotificationPump? pump) : IReadReporter
{
    private static long s_reads;

    private long _handle; // assigned with the first event
    private bool _isLost; // its loss is the last event of a read
    private long _held; // late acks that are not reported yet
    private long _lastLate = long.MinValue / 2;

    public void Report(ConsumerOrigin consumer, PullNote note)
    {
        pump?.Report(note);
        Count(consumer, note);
        if (IsHeld(consumer, ref note))
        {
            return;
        }

        Append(consumer, EventOf(consumer, note), isLast: note.Kind == PullNoteKind.Lost);
    }

    /// <summary>Reports that the consumer was recreated.</summary>
    public void Recreated(ConsumerOrigin consumer, string oldName, OrderedRestart restart)
    {
        JetStreamMeter.Recreated(consumer.Hub.Port.Options.Name, restart.Cause);
        var recreated = new NatsConsumerRecreatedEvent
        {
            Consumer = RefOf(consumer),
            OldName = oldName,
            Cause = restart.Cause,
            FromStreamSeq = restart.FromStreamSeq,
            ExpectedConsumerSeq = restart.Expected,
            GotConsumerSeq = restart.Got,
            Attempts = restart.Attempts,
            Duration = restart.Duration,
        };
        Append(consumer, recreated, isLast: false);
    }

    /// <summary>Reports that a flow control request of a push consumer was answered, if anybody listens.</summary>
    public void FlowControlAnswered(ConsumerOrigin consumer, byte[] subject, FlowControlSource source, TimeSpan held)
    {
        if (consumer.Hub.Port.Wants(NatsEventKind.FlowControlProcessed))
        {
            var answered = new NatsFlowControlProcessedEvent
            {
                Consumer = RefOf(consumer),
                Subject = System.Text.Encoding.UTF8.GetString(subject),
                Source = source,
                Held = held,
            };
            Append(consumer, answered, isLast: false);
        }
    }

    // A message that was delivered before the loss may be acknowledged too late afterwards; the journal reports nothing more about its read.
    private void Append(ConsumerOrigin consumer, NatsConnectionEvent e, bool isLast)
    {
        lock (this)
        {
            if (!_isLost)
            {
                _isLost = isLast;
                consumer.Hub.Port.Append(e);
            }
        }
    }

    private static void Count(ConsumerOrigin consumer, PullNote note)
    {
        if (note.Kind == PullNoteKind.Stalled)
        {
            JetStreamMeter.Stalled(consumer.Hub.Port.Options.Name, note.Stall);
        }
        else if (note.Kind == PullNoteKind.Resumed)
        {
            JetStreamMeter.Resumed(consumer.Hub.Port.Options.Name, TimeSpan.FromTicks(note.Elapsed));
        }
    }

    private bool IsHeld(ConsumerOrigin consumer, ref PullNote note)
    {
        if (note is not { Kind: PullNoteKind.Notice, Notice: NatsJSNotificationKind.LateAck })
        {
            return false;
        }

        long now = consumer.Hub.Now;
        long last = Interlocked.Read(ref _lastLate);
        long held = Interlocked.Add(ref _held, note.Count);
        if (now - last < TimeSpan.TicksPerSecond || Interlocked.CompareExchange(ref _lastLate, now, last) != last)
        {
            return true;
        }

        Interlocked.Add(ref _held, -held);
        note = note with { Count = held };
        return false;
    }

    private NatsJSConsumerRef RefOf(ConsumerOrigin consumer)
    {
        if (Volatile.Read(ref _handle) == 0)
        {
            Interlocked.CompareExchange(ref _handle, Interlocked.Increment(ref s_reads), 0);
        }

        return new NatsJSConsumerRef { Stream = consumer.Stream, Name = consumer.Name, Kind = kind, Handle = Volatile.Read(ref _handle) };
    }

    private NatsConnectionEvent EventOf(ConsumerOrigin consumer, PullNote note)
    {
        NatsJSConsumerRef read = RefOf(consumer);
        return note.Kind switch
        {
            PullNoteKind.HeartbeatAlarm => new NatsHeartbeatAlarmEvent
            {
                Consumer = read,
                LastStreamSeq = note.LastStreamSeq,
                LastConsumerSeq = note.LastConsumerSeq,
                Missed = 2,
                Silence = TimeSpan.FromTicks(note.Elapsed),
            },
            PullNoteKind.UnhandledStatus => new NatsUnhandledStatusEvent { Consumer = read, Subject = consumer.InfoSubject, Code = note.Code, Description = note.Description },
            PullNoteKind.StatusWarning => new NatsPullStatusWarningEvent { Consumer = read, Code = note.Code, Description = note.Description, Clamped = note.IsClamped },
            PullNoteKind.StatusError => new NatsPullStatusErrorEvent { Consumer = read, Code = note.Code, Description = note.Description },
            PullNoteKind.Stalled => new NatsConsumerStalledEvent { Consumer = read, Reason = note.Stall, Info = FactsOf(note.Facts), Buffered = note.Count },
            PullNoteKind.Resumed => new NatsConsumerResumedEvent { Consumer = read, Stalled = TimeSpan.FromTicks(note.Elapsed), Pulls = (int)note.Count, Sign = note.Sign },
            PullNoteKind.Lost => new NatsConsumerLostEvent { Consumer = read, Reason = note.Loss, Undelivered = note.Count },
            _ => new NatsConsumerNotificationEvent { Consumer = read, Notification = note.Notice, Detail = note.Detail, Count = note.Count },
        };
    }

    private static ConsumerFacts? FactsOf(PullFacts? facts) => facts is null ? null : new ConsumerFacts
    {
        Paused = facts.IsPaused,
        AckPending = facts.AckPending,
        Waiting = facts.Waiting,
        NumPending = (long)facts.Pending,
        Leader = facts.Leader,
    };
}
