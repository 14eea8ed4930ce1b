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
    private readonly string _runId = Guid.NewGuid().ToString("N");
    private int _number;

    public string Name => RawLimit.RawName;

    private Socket Socket => _socket ?? throw new InvalidOperationException("Connect first.");

    private ReplyReader Replies => _replies ?? throw new InvalidOperationException("Connect first.");

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

    public Task ConsumeAsync(int size, bool pooled, Progress progress) => OnOwnThread(() =>
    {
        string consumer = MakeConsumer();
        int outstanding = 0;
        while (!progress.IsStopped)
        {
            if (outstanding <= StreamWorkload.Batch / 2)
            {
                Pull(StreamWorkload.Stream, consumer, StreamWorkload.Batch - outstanding);
                outstanding = StreamWorkload.Batch;
            }

            int count = ReadAndAcknowledge(size);
            outstanding -= count;
            progress.Add(count);
        }

        // What was requested comes before the next pass begins.
        while (outstanding > 0)
        {
            outstanding -= ReadAndAcknowledge(size);
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

    public Task WatchAsync(int size, Progress progress) => OnOwnThread(() =>
    {
        string consumer = string.Create(CultureInfo.InvariantCulture, $"raw{++_number}");
        StreamSetup.MakeWatch(Socket, Replies, consumer);
        int outstanding = 0;
        while (!progress.IsStopped || outstanding > 0) // what was requested comes before the next pass begins
        {
            if (!progress.IsStopped && outstanding <= StreamWorkload.Batch / 2)
            {
                Pull(StreamWorkload.BucketStream, consumer, StreamWorkload.Batch - outstanding);
                outstanding = StreamWorkload.Batch;
            }

            int count = Replies.Read(1, (_, payload) => Check(payload.Length == size));
            outstanding -= count;
            progress.Add(count);
        }
    });

    public Task PutObjectsAsync(int size, Progress progress) => OnOwnThread(() => new RawObjects(Socket, Replies).Put(size, progress));

    public Task GetObjectsAsync(int size, Progress progress) => OnOwnThread(() => new RawObjects(Socket, Replies).Get(size, progress));

    public ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        return ValueTask.CompletedTask;
    }

    private string MakeConsumer()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"raw{++_number}");
        StreamSetup.MakeConsumer(Socket, Replies, name);
        return name;
    }

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
