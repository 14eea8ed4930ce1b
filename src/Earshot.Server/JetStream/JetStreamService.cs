using System.Text;
using Earshot.Server.Clients;
using Earshot.Server.Operations;
using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>
/// JetStream of one account: subscribes to the subjects of the API, of acks and of streams, and gives what comes to the state machines. One
/// lock guards them all; the timer and the threads of publishers take turns.
/// </summary>
internal sealed class JetStreamService : IJetStreamOutput, IStreamHost, IDisposable
{
    // What is due immediately after everything that was due would keep the timer busy.
    private static readonly TimeSpan s_leastWait = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_waitAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Account _account;
    private readonly TimeProvider _clock;
    private readonly Router _router;
    private readonly JetStreamAccount _state;
    private readonly Dictionary<string, List<Subscription>> _subscriptions = [];
    private readonly Queue<JetStreamInput> _waiting = new();
    private readonly Queue<byte[]> _rebound = new();
    private readonly ITimer _timer;
    private readonly JetStreamTrace? _trace;
    private DateTimeOffset? _due;
    private bool _isProcessing;

    public JetStreamService(ServerState server, Account account, JetStreamTrace? trace)
    {
        (_account, _clock, _trace) = (account, server.Clock, trace);
        _router = new Router(server, account);
        _state = new JetStreamAccount(server.Name, server.Options.Version, server.Clock, this, this);
        _timer = server.Clock.CreateTimer(static service => ((JetStreamService)service!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Subscribe(new JetStreamSink(this, JetStreamTarget.Api), "$JS.API.>");
        Subscribe(new JetStreamSink(this, JetStreamTarget.Acks), "$JS.ACK.>");
        Subscribe(new JetStreamSink(this, JetStreamTarget.Flow), "$JS.FC.>");
        account.InterestChanged = NoteInterest;
        account.PeersChanged = NotePeers;
    }

    /// <summary>Something has changed. Called under the lock; what it calls may read.</summary>
    public event Action? Changed;

    /// <summary>Reads the state, as no other thread changes it at the same time.</summary>
    public T Read<T>(Func<JetStreamAccount, T> read)
    {
        lock (_gate)
        {
            return read(_state);
        }
    }

    /// <summary>Changes the state, and sends what this causes.</summary>
    public void Change(Action<JetStreamAccount> change)
    {
        lock (_gate)
        {
            _isProcessing = true;
            try
            {
                change(_state);
            }
            finally
            {
                Finish();
                _router.Flush();
            }
        }
    }

    /// <summary>Takes a message that was routed to one of the subscriptions. Returns false when it is as if there were no subscription.</summary>
    public bool Take(JetStreamTarget target, string? stream, in RoutedMessage message)
    {
        lock (_gate)
        {
            if (!Accepts(target, stream, message.Subject))
            {
                return false;
            }

            if (_isProcessing)
            {
                _waiting.Enqueue(new JetStreamInput(target, stream, message.Subject.ToArray(), message.ReplyTo.ToArray(), message.Headers.ToArray(), message.Payload.ToArray()));
                return true;
            }

            _isProcessing = true;
            try
            {
                try
                {
                    Process(target, stream, message);
                }
                finally
                {
                    Finish();
                }
            }
            catch (Exception)
            {
                _router.Flush(); // the router of the publisher does this only when nothing has failed
                throw;
            }

            return true;
        }
    }

    /// <summary>Sends what was appended to clients since the last call.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            _router.Flush();
        }
    }

    public void Send(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload) =>
        _router.Route(subject, new RoutedMessage { Subject = subject, Headers = headers, Payload = payload });

    public void Deliver(ReadOnlySpan<byte> inbox, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        _trace?.Delivered(replyTo);
        _router.Route(inbox, new RoutedMessage { Subject = subject, ReplyTo = replyTo, Headers = headers, Payload = payload });
    }

    public string Account => _account.Name;

    public bool IsBound(ReadOnlySpan<byte> subject, string? group) => _router.IsBound(subject, string.IsNullOrEmpty(group) ? [] : Encoding.UTF8.GetBytes(group));

    public bool HasInterest(ReadOnlySpan<byte> subject) => _router.HasInterest(subject);

    public void WakeAt(DateTimeOffset? time)
    {
        if (time is { } due && (_due is null || due < _due))
        {
            _due = due;
            TimeSpan left = due - _clock.GetUtcNow();
            _timer.Change(left > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(left.TotalMilliseconds), uint.MaxValue - 2d)) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    void IStreamHost.Subscribe(StreamState stream)
    {
        List<Subscription> before = _subscriptions.GetValueOrDefault(stream.Name) ?? [];
        byte[][] patterns = stream.Subjects.Patterns;
        ILookup<bool, Subscription> parts = before.ToLookup(subscription => patterns.Contains(subscription.Subject, SubjectBytesComparer.Instance));
        var sink = new JetStreamSink(this, JetStreamTarget.Stream, stream.Name);
        // As one change: a message that is published meanwhile finds one subscription, not none or two.
        _account.Subscriptions.Change(() =>
        {
            IEnumerable<byte[]> added = patterns.Except(before.Select(subscription => subscription.Subject), SubjectBytesComparer.Instance);
            _subscriptions[stream.Name] = [.. parts[true], .. added.Select(pattern => Subscribe(sink, pattern))];
            Remove(parts[false]);
        });
    }

    /// <summary>Whether a message for a subscription that was removed is one of its stream nevertheless, since an update has replaced the subscription.</summary>
    public bool HasReplaced(string? stream, ReadOnlySpan<byte> subject)
    {
        lock (_gate)
        {
            return stream is not null && _state.Find(stream)?.State.Subjects.Matches(subject) == true;
        }
    }

    void IStreamHost.Unsubscribe(StreamState stream)
    {
        if (_subscriptions.Remove(stream.Name, out List<Subscription>? all))
        {
            Remove(all);
        }
    }

    public void Dispose() => _timer.Dispose();

    // Called by the thread that has changed the subscriptions, which may be this one while it delivers.
    private void NoteInterest(byte[] subject)
    {
        lock (_gate)
        {
            if (!_state.IsDeliverSubject(subject))
            {
                return;
            }

            _rebound.Enqueue(subject);
            if (!_isProcessing)
            {
                _isProcessing = true;
                Finish();
                _router.Flush();
            }
        }
    }

    private void NotePeers()
    {
        byte[][] subjects = Read(static state => state.DeliverSubjects);
        foreach (byte[] subject in subjects)
        {
            NoteInterest(subject);
        }
    }

    private void Remove(IEnumerable<Subscription> subscriptions)
    {
        foreach (Subscription subscription in subscriptions.Where(subscription => subscription.TryRemove()))
        {
            _account.Subscriptions.Remove(subscription.Subject, subscription.Queue, subscription);
        }
    }

    private Subscription Subscribe(JetStreamSink sink, string subject) => Subscribe(sink, Encoding.UTF8.GetBytes(subject));

    private Subscription Subscribe(JetStreamSink sink, byte[] subject)
    {
        var subscription = new Subscription(sink, subject, null, "0"u8.ToArray());
        _account.Subscriptions.Add(subject, null, subscription);
        return subscription;
    }

    private void Tick()
    {
        lock (_gate)
        {
            _isProcessing = true;
            _due = null;
            try
            {
                try
                {
                    DateTimeOffset? next = _state.Tick();
                    DateTimeOffset now = _clock.GetUtcNow();
                    WakeAt(next <= now ? now + s_leastWait : next);
                }
                finally
                {
                    Finish();
                }
            }
            catch (Exception exception)
            {
                // Thrown by a timer it would end the process.
                _trace?.Failed(exception);
                WakeAt(_clock.GetUtcNow() + s_waitAfterFailure);
            }
            finally
            {
                _router.Flush();
            }
        }
    }

    // Messages that the state machines have sent to subjects of their own, and subscriptions that have reached their maximum.
    private void Finish()
    {
        try
        {
            while (true)
            {
                if (_rebound.TryDequeue(out byte[]? subject))
                {
                    _state.Rebind(subject);
                }
                else if (_waiting.TryDequeue(out JetStreamInput? input))
                {
                    Process(input.Target, input.Stream, new RoutedMessage { Subject = input.Subject, ReplyTo = input.ReplyTo, Headers = input.Headers, Payload = input.Payload });
                }
                else
                {
                    break;
                }
            }
        }
        finally
        {
            _isProcessing = false;
        }

        Changed?.Invoke();
    }

    private bool Accepts(JetStreamTarget target, string? stream, ReadOnlySpan<byte> subject) => target switch
    {
        JetStreamTarget.Api => ApiDispatcher.HasResponder(_state, Words(subject)),
        JetStreamTarget.Acks => AckSubject.TryParse(subject, out AckSubject ack) && _state.FindTarget(ack) is not null,
        JetStreamTarget.Flow => FlowSubject.TryParse(subject, out string of, out string consumer) && _state.Find(of, consumer) is { Config.FlowControl: true },
        _ => !_state.IsAway(stream!),
    };

    private void Process(JetStreamTarget target, string? stream, in RoutedMessage message)
    {
        switch (target)
        {
            case JetStreamTarget.Api:
                var call = new ApiCall(Words(message.Subject), message.ReplyTo.ToArray(), message.Payload.ToArray()) { RequiredLevel = HeaderBlock.Number(message.Headers, "Nats-Required-Api-Level"u8) };
                _trace?.Requested(call);
                if (!_state.IsApiSilent && ApiDispatcher.Answer(_state, call) is { } answer && call.ReplyTo.Length > 0)
                {
                    _trace?.Answered(answer);
                    Send(call.ReplyTo, [], answer);
                }

                break;
            case JetStreamTarget.Acks:
                ProcessAck(message);
                break;
            case JetStreamTarget.Flow when FlowSubject.TryParse(message.Subject, out string of, out string consumer):
                _state.Find(of, consumer)?.AnswerFlow(Encoding.UTF8.GetString(message.Subject), FlowSubject.Position(message.Headers));
                break;
            case JetStreamTarget.Flow:
                break;
            default:
                Publish(stream!, message);
                break;
        }
    }

    private void Publish(string stream, in RoutedMessage message)
    {
        if (_state.Find(stream) is { } found)
        {
            ulong last = found.State.Messages.LastSequence;
            _trace?.Publishing(message.Subject, stream);
            found.Input.Publish(
                new IncomingMessage { Subject = message.Subject, ReplyTo = message.ReplyTo, Headers = message.Headers, Payload = message.Payload }, _clock.GetUtcNow());
            if (_trace is not null && found.State.Messages.LastSequence == last && !HeaderBlock.TryFind(message.Headers, "Nats-Batch-Id"u8, out _))
            {
                _trace?.NotStored(stream);
            }
        }
    }

    private void ProcessAck(in RoutedMessage message)
    {
        if (!AckSubject.TryParse(message.Subject, out AckSubject ack) || _state.FindTarget(ack) is not { } consumer)
        {
            return;
        }

        var word = AckWord.Read(message.Payload);
        _trace?.Acknowledged(ack, word.Kind);
        bool isAnswered = consumer.Ack(ack.StreamSequence, ack.ConsumerSequence, word);
        if (word.Kind == AckKind.AckAndNext && !message.ReplyTo.IsEmpty)
        {
            PullApi.Pull(_state, consumer.Stream.Name, consumer.Name, new ApiCall([], message.ReplyTo.ToArray(), Encoding.UTF8.GetBytes(word.Rest)));
        }
        else if (isAnswered && !message.ReplyTo.IsEmpty)
        {
            Send(message.ReplyTo, [], []);
        }
    }

    private static string[] Words(ReadOnlySpan<byte> subject) => Encoding.UTF8.GetString(subject).Split('.')[2..];
}
