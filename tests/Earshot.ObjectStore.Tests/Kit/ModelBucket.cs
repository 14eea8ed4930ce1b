using System.Globalization;
using System.Text.Json;
using Earshot.JetStream;
using Earshot.ObjectStore.Buckets;

namespace Earshot.ObjectStore.Tests.Kit;

/// <summary>
/// Simulates the stream of a bucket on a server without JetStream: stores messages with ids and expectations, and answers reads, deletions and
/// purges. A test decides about each publish. Contains no assertions.
/// </summary>
internal sealed class ModelBucket : IAsyncDisposable
{
    public const string Name = "b";

    private readonly NatsConnection _connection;
    private readonly Lock _gate = new();
    private readonly List<ModelMessage> _stored = [];
    private readonly Dictionary<string, ulong> _ids = [];
    private readonly Dictionary<string, int> _attempts = [];
    private readonly List<string> _calls = [];
    private readonly List<(string ReplyTo, string Ack)> _held = []; // of the loop that receives publishes
    private ulong _last;
    private Task _reading = Task.CompletedTask;

    private ModelBucket(NatsConnection connection) => _connection = connection;

    /// <summary>Decides about a publish, by its message id and the number of the publish from 1.</summary>
    public Func<string, int, ModelVerdict> Decide { get; set; } = static (_, _) => ModelVerdict.Store;

    /// <summary>The number of chunks that are acknowledged together, when all of them have arrived. Default: 1.</summary>
    public int AcksPerRound { get; set; } = 1;

    /// <summary>How often chunks were acknowledged together.</summary>
    public int Rounds { get; private set; }

    /// <summary>The number of chunks at the end that the replica does not have from which consumers read.</summary>
    public int Lag { get; set; }

    /// <summary>What is stored, by sequence.</summary>
    public IReadOnlyList<ModelMessage> Stored
    {
        get
        {
            lock (_gate)
            {
                return [.. _stored.OrderBy(message => message.Sequence)];
            }
        }
    }

    /// <summary>The calls of the API: "GET", "DELETE" or "PURGE" and what they are about.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    public static async Task<ModelBucket> StartAsync(string url, CancellationToken cancel)
    {
        var model = new ModelBucket(new NatsConnection(new NatsOpts { Url = url }));
        INatsSub<byte[]> objects = await model._connection.SubscribeCoreAsync<byte[]>($"$O.{Name}.>", cancellationToken: cancel);
        INatsSub<byte[]> api = await model._connection.SubscribeCoreAsync<byte[]>("$JS.API.STREAM.>", cancellationToken: cancel);
        await model._connection.PingAsync(cancel);
        model._reading = Task.WhenAll(model.ReadAsync(objects, model.Publish, cancel), model.ReadAsync(api, model.Call, cancel));
        return model;
    }

    /// <summary>The bucket as the client sees it.</summary>
    public NatsObjStore StoreOn(NatsConnection connection, TimeSpan? timeout = null)
    {
        var opts = new NatsJSOpts(connection.Opts);
        var context = new NatsJSContext(connection, timeout is { } limit ? opts with { PublishTimeout = limit } : opts);
        return new NatsObjStore(new StoreSite(context, Name, new StreamInfo()) { ReadIds = ReadIdsAsync });
    }

    /// <summary>Stores a message as another client does.</summary>
    public void Add(string subject, byte[] data)
    {
        lock (_gate)
        {
            _stored.RemoveAll(message => message.Subject == subject && subject.StartsWith($"$O.{Name}.M.", StringComparison.Ordinal));
            _stored.Add(new ModelMessage(++_last, subject, null, data));
        }
    }

    /// <summary>Removes a stored message as a server does that loses it.</summary>
    public void Lose(string id)
    {
        lock (_gate)
        {
            _stored.RemoveAll(message => message.Id == id);
        }
    }

    /// <summary>Stores a message that is stored already a second time, as a server does that has forgotten its id.</summary>
    public void Double(string id)
    {
        lock (_gate)
        {
            ModelMessage first = _stored.First(message => message.Id == id);
            _stored.Add(first with { Sequence = ++_last });
        }
    }

    /// <summary>Answers with an error of the server.</summary>
    public static string Error(int errCode, int code = 400) =>
        string.Create(CultureInfo.InvariantCulture, $$$"""{"error":{"code":{{{code}}},"err_code":{{{errCode}}},"description":"no"}}""");

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // ends with the connection
    }

    private ValueTask<bool> ReadIdsAsync(string subject, Action<ulong, string?> add, CancellationToken cancel)
    {
        lock (_gate)
        {
            _calls.Add($"READ {subject}");
            foreach (ModelMessage message in _stored.Where(stored => stored.Subject == subject).OrderBy(stored => stored.Sequence).SkipLast(Lag))
            {
                add(message.Sequence, message.Id);
            }
        }

        return new ValueTask<bool>(true);
    }

    private async Task ReadAsync(INatsSub<byte[]> subscription, Func<NatsMsg<byte[]>, string?> answer, CancellationToken cancel)
    {
        await foreach (NatsMsg<byte[]> message in subscription.Msgs.ReadAllAsync(cancel))
        {
            if (answer(message) is not { } text)
            {
                continue;
            }

            if (message.Subject.StartsWith($"$O.{Name}.C.", StringComparison.Ordinal))
            {
                await AcknowledgeAsync(message.ReplyTo!, text, cancel);
            }
            else
            {
                await _connection.PublishAsync(message.ReplyTo!, text, cancellationToken: cancel);
            }
        }
    }

    private async Task AcknowledgeAsync(string replyTo, string ack, CancellationToken cancel)
    {
        _held.Add((replyTo, ack));
        if (_held.Count < AcksPerRound)
        {
            return;
        }

        Rounds++;
        foreach ((string inbox, string held) in _held)
        {
            await _connection.PublishAsync(inbox, held, cancellationToken: cancel);
        }

        _held.Clear();
    }

    private string? Publish(NatsMsg<byte[]> message)
    {
        lock (_gate)
        {
            string id = message.Headers!["Nats-Msg-Id"].ToString();
            _attempts[id] = _attempts.GetValueOrDefault(id) + 1;
            ModelVerdict verdict = Decide(id, _attempts[id]);
            if (verdict.Answer is not null || !verdict.IsStored)
            {
                return verdict.Answer;
            }

            string? ack = StoreLocked(message, id);
            return verdict.IsSilent ? null : ack;
        }
    }

    private string StoreLocked(NatsMsg<byte[]> message, string id)
    {
        if (_ids.TryGetValue(id, out ulong known))
        {
            return string.Create(CultureInfo.InvariantCulture, $$"""{"stream":"OBJ_b","seq":{{known}},"duplicate":true}""");
        }

        ulong present = _stored.LastOrDefault(stored => stored.Subject == message.Subject)?.Sequence ?? 0;
        if (message.Headers!.TryGetValue("Nats-Expected-Last-Subject-Sequence", out Microsoft.Extensions.Primitives.StringValues expected)
            && ulong.Parse(expected.ToString(), CultureInfo.InvariantCulture) != present)
        {
            return Error(10071);
        }

        if (message.Headers.ContainsKey("Nats-Rollup"))
        {
            _stored.RemoveAll(stored => stored.Subject == message.Subject);
        }

        _ids[id] = ++_last;
        _stored.Add(new ModelMessage(_last, message.Subject, id, message.Data ?? []));
        return string.Create(CultureInfo.InvariantCulture, $$"""{"stream":"OBJ_b","seq":{{_last}}}""");
    }

    private string? Call(NatsMsg<byte[]> message)
    {
        using var json = JsonDocument.Parse(message.Data is { Length: > 0 } body ? body : "{}"u8.ToArray());
        ulong sequence = json.RootElement.TryGetProperty("seq", out JsonElement seq) ? seq.GetUInt64() : 0;
        string? subject = json.RootElement.TryGetProperty("last_by_subj", out JsonElement last) ? last.GetString()
            : json.RootElement.TryGetProperty("filter", out JsonElement filter) ? filter.GetString() : null;
        lock (_gate)
        {
            switch (message.Subject)
            {
                case $"$JS.API.STREAM.MSG.GET.OBJ_{Name}":
                    _calls.Add($"GET {subject ?? $"{sequence}"}");
                    return Found(_stored.LastOrDefault(stored => subject is null ? stored.Sequence == sequence : stored.Subject == subject));
                case $"$JS.API.STREAM.MSG.DELETE.OBJ_{Name}":
                    _calls.Add($"DELETE {sequence}");
                    return _stored.RemoveAll(stored => stored.Sequence == sequence) > 0 ? """{"success":true}""" : Error(10057);
                case $"$JS.API.STREAM.INFO.OBJ_{Name}":
                    return StreamOf(json.RootElement.GetProperty("subjects_filter").GetString()!);
                case $"$JS.API.STREAM.PURGE.OBJ_{Name}":
                    _calls.Add($"PURGE {subject}");
                    return $$"""{"success":true,"purged":{{_stored.RemoveAll(stored => stored.Subject == subject)}}}""";
                default:
                    return null;
            }
        }
    }

    private string StreamOf(string filter)
    {
        _calls.Add($"INFO {filter}");
        int count = _stored.Count(stored => stored.Subject == filter);
        return $$$$"""{"config":{"name":"OBJ_{{{{Name}}}}","subjects":["$O.>"]},"created":"2026-01-01T00:00:00Z","state":{"messages":{{{{_stored.Count}}}},"last_seq":{{{{_last}}}},"subjects":{"{{{{filter}}}}":{{{{count}}}}}}}""";
    }

    private static string Found(ModelMessage? message)
    {
        if (message is null)
        {
            return Error(10037, 404);
        }

        string headers = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"NATS/1.0\r\nNats-Msg-Id: {message.Id}\r\n\r\n"));
        return $$$"""{"message":{"subject":"{{{message.Subject}}}","seq":{{{message.Sequence}}},"hdrs":"{{{headers}}}","data":"{{{Convert.ToBase64String(message.Data)}}}","time":"2026-01-01T00:00:00Z"}}""";
    }
}
