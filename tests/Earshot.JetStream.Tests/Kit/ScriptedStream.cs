using System.Collections.Concurrent;

namespace Earshot.JetStream.Tests.Kit;

/// <summary>
/// Simulates a stream on a server without JetStream: receives the messages of a subject, stores them, and answers as the test specifies.
/// Contains no assertions.
/// </summary>
internal sealed class ScriptedStream : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1); // the machine may be busy

    private readonly NatsConnection _connection;
    private readonly CancellationToken _cancel;
    private readonly ConcurrentQueue<NatsMsg<string>> _received = new();
    private readonly SemaphoreSlim _came = new(0);
    private INatsSub<string>? _subscription;
    private Task _reading = Task.CompletedTask;
    private int _taken;

    private ScriptedStream(NatsConnection connection, CancellationToken cancel) => (_connection, _cancel) = (connection, cancel);

    /// <summary>Returns the answer to a message; null for none.</summary>
    public Func<NatsMsg<string>, string?> Answer { get; set; } = static _ => null;

    public IReadOnlyList<NatsMsg<string>> Received => [.. _received];

    public static async Task<ScriptedStream> StartAsync(string url, string subject, CancellationToken cancel)
    {
        var stream = new ScriptedStream(new NatsConnection(new NatsOpts { Url = url, CommandTimeout = s_limit, ConnectTimeout = s_limit }), cancel);
        await stream.ListenAsync(subject);
        return stream;
    }

    public static string Ack(ulong sequence, bool duplicate = false) => $$"""{"stream":"S","seq":{{sequence}}{{(duplicate ? ",\"duplicate\": true" : "")}}}""";

    public static string Error(int errCode, int code = 400) => $$"""{"error":{"code":{{code}},"err_code":{{errCode}},"description":"no"},"stream":"S","seq":0}""";

    public async Task ListenAsync(string subject)
    {
        _subscription = await _connection.SubscribeCoreAsync<string>(subject, cancellationToken: _cancel);
        await _connection.PingAsync(_cancel);
        _reading = ReadAsync(_subscription);
    }

    /// <summary>Unsubscribes: the server answers with status 503.</summary>
    public async Task LeaveAsync()
    {
        await _subscription!.UnsubscribeAsync();
        await _connection.PingAsync(_cancel);
        await _reading;
    }

    /// <summary>Returns the next message, answered or not.</summary>
    public async Task<NatsMsg<string>> NextAsync()
    {
        await _came.WaitAsync(_cancel);
        return _received.ToArray()[_taken++];
    }

    /// <summary>Answers a message later.</summary>
    public ValueTask ReplyAsync(NatsMsg<string> message, string answer) => _connection.PublishAsync(message.ReplyTo!, answer, cancellationToken: _cancel);

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // ends with the connection
    }

    private async Task ReadAsync(INatsSub<string> subscription)
    {
        await foreach (NatsMsg<string> message in subscription.Msgs.ReadAllAsync(_cancel))
        {
            _received.Enqueue(message);
            _came.Release();
            if (Answer(message) is { } answer)
            {
                await ReplyAsync(message, answer);
            }
        }
    }
}
