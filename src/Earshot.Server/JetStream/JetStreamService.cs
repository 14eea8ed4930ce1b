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
    private readonly Lock _gate = new();
    private readonly Account _account;
    private readonly TimeProvider _clock;
    private readonly Router _router;
    private readonly MatchCache<Subscription> _interest;
    private readonly JetStreamAccount _state;
    private readonly Dictionary<string, List<Subscription>> _subscriptions = [];
    private readonly Queue<JetStreamInput> _waiting = new();
    private readonly ITimer _timer;
    private DateTimeOffset? _due;
    private bool _isProcessing;

    public JetStreamService(ServerState server, Account account)
    {
        (_account, _clock) = (account, server.Clock);
        _router = new Router(server, account);
        _interest = new MatchCache<Subscription>(account.Subscriptions);
        _state = new JetStreamAccount(server.Name, server.Options.Version, server.Clock, this, this);
        _timer = server.Clock.CreateTimer(static service => ((JetStreamService)service!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Subscribe(new JetStreamSink(this, JetStreamTarget.Api), "$JS.API.>");
        Subscribe(new JetStreamSink(this, JetStreamTarget.Acks), "$JS.ACK.>");
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
                Process(target, stream, message);
            }
            finally
            {
                Finish();
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

    public void Deliver(ReadOnlySpan<byte> inbox, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload) =>
        _router.Route(inbox, new RoutedMessage { Subject = subject, ReplyTo = replyTo, Headers = headers, Payload = payload });

    public bool HasInterest(ReadOnlySpan<byte> subject) => !_interest.Match(subject).IsEmpty;

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
        ((IStreamHost)this).Unsubscribe(stream);
        var sink = new JetStreamSink(this, JetStreamTarget.Stream, stream.Name);
        _subscriptions[stream.Name] = [.. stream.Subjects.Patterns.Select(pattern => Subscribe(sink, pattern))];
    }

    void IStreamHost.Unsubscribe(StreamState stream)
    {
        if (_subscriptions.Remove(stream.Name, out List<Subscription>? all))
        {
            foreach (Subscription subscription in all.Where(subscription => subscription.TryRemove()))
            {
                _account.Subscriptions.Remove(subscription.Subject, subscription.Queue, subscription);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

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
                WakeAt(_state.Tick());
            }
            finally
            {
                Finish();
                _router.Flush();
            }
        }
    }

    // Messages that the state machines have sent to subjects of their own.
    private void Finish()
    {
        try
        {
            while (_waiting.TryDequeue(out JetStreamInput? input))
            {
                Process(input.Target, input.Stream, new RoutedMessage { Subject = input.Subject, ReplyTo = input.ReplyTo, Headers = input.Headers, Payload = input.Payload });
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
        JetStreamTarget.Acks => AckSubject.TryParse(subject, out string of, out string consumer, out _, out _) && _state.Find(of, consumer) is { Config.NeedsAck: true },
        _ => !_state.IsAway(stream!),
    };

    private void Process(JetStreamTarget target, string? stream, in RoutedMessage message)
    {
        switch (target)
        {
            case JetStreamTarget.Api:
                var call = new ApiCall(Words(message.Subject), message.ReplyTo.ToArray(), message.Payload.ToArray());
                if (!_state.IsApiSilent && ApiDispatcher.Answer(_state, call) is { } answer && call.ReplyTo.Length > 0)
                {
                    Send(call.ReplyTo, [], answer);
                }

                break;
            case JetStreamTarget.Acks:
                ProcessAck(message);
                break;
            default:
                _state.Find(stream!)?.State.Publish(message.Subject, message.ReplyTo, message.Headers, message.Payload, _clock.GetUtcNow());
                break;
        }
    }

    private void ProcessAck(in RoutedMessage message)
    {
        if (!AckSubject.TryParse(message.Subject, out string stream, out string name, out ulong sequence, out _) || _state.Find(stream, name) is not { } consumer)
        {
            return;
        }

        var word = AckWord.Read(message.Payload);
        bool isAnswered = consumer.Ack(sequence, word);
        if (word.Kind == AckKind.AckAndNext && !message.ReplyTo.IsEmpty)
        {
            PullApi.Pull(_state, stream, name, new ApiCall([], message.ReplyTo.ToArray(), Encoding.UTF8.GetBytes(word.Rest)));
        }
        else if (isAnswered && !message.ReplyTo.IsEmpty)
        {
            Send(message.ReplyTo, [], []);
        }
    }

    private static string[] Words(ReadOnlySpan<byte> subject) => Encoding.UTF8.GetString(subject).Split('.')[2..];
}
