using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Earshot.LoadTest.Streams;

/// <summary>
/// What the machine and the server allow: a bare blocking socket that publishes with a reply inbox and counts the acknowledgements, or
/// requests messages and acknowledges all of one read with one send.
/// </summary>
internal sealed class RawStreamClient : IStreamClient
{
    private readonly ArrayBufferWriter<byte> _acks = new(64 * 1024);
    private Socket? _socket;
    private ReplyReader? _replies;
    private RawObjects? _objects;
    private readonly string _runId = Guid.NewGuid().ToString("N");
    private int _number;

    public string Name => RawLimit.RawName;

    private Socket Socket => _socket ?? throw new InvalidOperationException("Connect first.");

    private ReplyReader Replies => _replies ?? throw new InvalidOperationException("Connect first.");

    private RawObjects Objects => _objects ??= new RawObjects(Socket, Replies);

    public Task ConnectAsync(int port)
    {
        _socket = Wire.Connect(port);
        _replies = new ReplyReader(_socket);
        Wire.SendAll(_socket, [.. Wire.Line("SUB _INBOX.setup 1"), .. Wire.Line("SUB _INBOX.raw.* 2")]);
        return Task.CompletedTask;
    }

    public Task PublishAsync(byte[] payload, int window, Progress progress) => OnOwnThread(() =>
    {
        byte[] frame = Wire.Frame($"PUB {StreamWorkload.Subject} _INBOX.raw.1 {payload.Length}", payload);
        var acks = new AckWindow(Socket, Replies, frame, window);
        long sent = Stopwatch.GetTimestamp();
        acks.Run(progress, count =>
        {
            if (window == 1)
            {
                progress.AddSince(sent);
                sent = Stopwatch.GetTimestamp();
            }
            else
            {
                progress.Add(count);
            }
        });
    });

    public Task ConsumeAsync(int size, int messages, bool pooled, Progress progress) => OnOwnThread(() =>
    {
        while (!progress.IsStopped)
        {
            ReadAll(StreamWorkload.Stream, MakeConsumer(), messages, progress, () => ReadAndAcknowledge(size));
        }
    });

    public Task NextAsync(int size, Progress progress) => OnOwnThread(() =>
    {
        string consumer = MakeConsumer();
        while (!progress.IsStopped)
        {
            long started = Stopwatch.GetTimestamp();
            Pull(StreamWorkload.Stream, consumer, 1);
            ReadAndAcknowledge(size);
            progress.AddSince(started);
        }
    });

    public Task PutAsync(byte[] payload, Progress progress) => OnOwnThread(() =>
    {
        while (!progress.IsStopped)
        {
            long started = Stopwatch.GetTimestamp();
            byte[] headers = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"NATS/1.0\r\nNats-Msg-Id: {_runId}-{++_number}\r\n\r\n"));
            Wire.SendAll(Socket, Wire.Frame(
                string.Create(CultureInfo.InvariantCulture, $"HPUB {StreamWorkload.KeySubject} _INBOX.raw.1 {headers.Length} {headers.Length + payload.Length}"), [.. headers, .. payload]));
            Replies.Read(1, static (_, answer) => Check(answer.IndexOf("\"seq\""u8) > 0));
            progress.AddSince(started);
        }
    });

    public Task GetAsync(int size, Progress progress) => OnOwnThread(() =>
    {
        byte[] frame = Wire.Frame($"PUB $JS.API.DIRECT.GET.{StreamWorkload.BucketStream}.{StreamWorkload.KeySubject} _INBOX.raw.1 0", []);
        while (!progress.IsStopped)
        {
            long started = Stopwatch.GetTimestamp();
            Wire.SendAll(Socket, frame);
            Replies.Read(1, (_, answer) => Check(answer.Length > size));
            progress.AddSince(started);
        }
    });

    public Task WatchAsync(int size, int messages, Progress progress) => OnOwnThread(() =>
    {
        while (!progress.IsStopped)
        {
            string consumer = NextName();
            StreamSetup.MakeWatch(Socket, Replies, consumer);
            ReadAll(StreamWorkload.BucketStream, consumer, messages, progress, () => Replies.Read(1, (_, payload) => Check(payload.Length == size)));
        }
    });

    public Task PutObjectsAsync(int size, Progress progress) => OnOwnThread(() => Objects.Put(size, progress));

    public Task GetObjectsAsync(int size, Progress progress) => OnOwnThread(() => Objects.Get(size, progress));

    public ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        return ValueTask.CompletedTask;
    }

    // Requests no more than there is, and reads all that was requested, so that nothing of it comes into the next pass.
    private void ReadAll(string stream, string consumer, int messages, Progress progress, Func<int> read)
    {
        int outstanding = 0;
        int unrequested = messages;
        while (outstanding > 0 || (unrequested > 0 && !progress.IsStopped))
        {
            if (outstanding <= StreamWorkload.Batch / 2 && unrequested > 0 && !progress.IsStopped)
            {
                int batch = Math.Min(StreamWorkload.Batch - outstanding, unrequested);
                Pull(stream, consumer, batch);
                (outstanding, unrequested) = (outstanding + batch, unrequested - batch);
            }

            int count = read();
            outstanding -= count;
            progress.Add(count);
        }
    }

    private string MakeConsumer()
    {
        string name = NextName();
        StreamSetup.MakeConsumer(Socket, Replies, name);
        return name;
    }

    // Not that of another run: the stream may be the same.
    private string NextName() => string.Create(CultureInfo.InvariantCulture, $"raw-{_runId}-{++_number}");

    private static void Check(bool isExpected)
    {
        if (!isExpected)
        {
            throw new InvalidOperationException("An unexpected answer came.");
        }
    }

    private void Pull(string stream, string consumer, int batch)
    {
        byte[] body = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"batch":{{batch}},"expires":30000000000}"""));
        Wire.SendAll(Socket, Wire.Frame($"PUB $JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer} _INBOX.raw.2 {body.Length}", body));
    }

    private int ReadAndAcknowledge(int size)
    {
        int count = Replies.Read(1, (line, payload) =>
        {
            if (payload.Length != size)
            {
                throw new InvalidOperationException($"A message of {payload.Length} bytes came instead of {size}.");
            }

            // MSG subject sid reply
            _acks.Write("PUB "u8);
            _acks.Write(line[(line.LastIndexOf((byte)' ') + 1)..]);
            _acks.Write(" 4\r\n+ACK\r\n"u8);
        });
        Wire.SendAll(Socket, _acks.WrittenSpan);
        _acks.ResetWrittenCount();
        return count;
    }

    private static Task OnOwnThread(Action blocking) =>
        Task.Factory.StartNew(blocking, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
