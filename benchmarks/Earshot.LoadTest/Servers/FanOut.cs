using System.Net.Sockets;
using System.Text;

namespace Earshot.LoadTest.Servers;

/// <summary>
/// One publisher and its subscribers, bare sockets all of them: frames encoded beforehand go in, and every byte that comes out is
/// counted. A message that is lost, cut or sent twice fails the run, and so does a subscriber that the server disconnects.
/// </summary>
internal sealed class FanOut : IDisposable
{
    private const string Subject = "load.test";
    private const string EndSubject = "load.end";
    private const int BlockSize = 64 * 1024;
    private const int BytesAhead = 16 * 1024 * 1024;
    private const int BufferSize = 256 * 1024;

    private static readonly byte[] s_end = Encoding.ASCII.GetBytes($"MSG {EndSubject} 2 0\r\n\r\n");

    private readonly int _port;
    private readonly int _frameLength;
    private readonly byte[] _block;
    private readonly int _framesInBlock;
    private readonly Window _window;
    private readonly Subscriber[] _subscribers;

    public FanOut(int port, int size, int subscribers)
    {
        _port = port;
        byte[] payload = new byte[size];
        payload.AsSpan().Fill((byte)'x');
        _frameLength = Wire.Frame($"MSG {Subject} 1 {size}", payload).Length;
        _block = Wire.Repeat(Wire.Frame($"PUB {Subject} {size}", payload), BlockSize, out _framesInBlock);
        _window = new Window(Math.Max(4L * BlockSize, BytesAhead / subscribers) / _frameLength);
        _subscribers = [.. Enumerable.Range(0, subscribers).Select(_ => new Subscriber(port))];
    }

    /// <summary>Publishes until the progress is stopped and returns when all of it has come out. Counts deliveries.</summary>
    public async Task RunAsync(Progress progress)
    {
        Task<long> reading = OnOwnThread(() => ReadAll(progress));
        Task<long> publishing = OnOwnThread(() => Publish(progress));

        // When one of them fails, the other may wait for it indefinitely.
        await await Task.WhenAny(reading, publishing);
        await reading;
        long sent = await publishing;
        foreach (Subscriber subscriber in _subscribers)
        {
            Check(subscriber.Bytes, sent);
        }
    }

    public void Dispose() => Array.ForEach(_subscribers, static subscriber => subscriber.Socket.Dispose());

    private long Publish(Progress progress)
    {
        using Socket socket = Wire.Connect(_port);
        long sent = 0;
        for (; !progress.IsStopped; sent += _framesInBlock)
        {
            _window.WaitFor(sent);
            Wire.SendAll(socket, _block);
        }

        Wire.SendAll(socket, [.. Wire.Frame($"PUB {EndSubject} 0", []), .. Wire.Ping]);
        Wire.ReadPast(socket, Wire.Pong, new byte[1024]);
        return sent;
    }

    // Returns how many were delivered.
    private long ReadAll(Progress progress)
    {
        byte[] buffer = new byte[BufferSize];
        Dictionary<Socket, Subscriber> left = _subscribers.ToDictionary(static subscriber => subscriber.Socket);
        var ready = new List<Socket>();
        while (left.Count > 0)
        {
            ready.Clear();
            ready.AddRange(left.Keys);
            if (ready.Count > 1)
            {
                Socket.Select(ready, null, null, Timeout.InfiniteTimeSpan);
            }

            foreach (Socket socket in ready)
            {
                if (left[socket].ReadSome(buffer))
                {
                    left.Remove(socket);
                }
            }

            progress.Add((_subscribers.Sum(static subscriber => subscriber.Bytes) / _frameLength) - progress.Count);
            _window.MoveTo(_subscribers.Min(static subscriber => subscriber.Bytes) / _frameLength);
        }

        return progress.Count;
    }

    // Between the messages a server may send PINGs.
    private void Check(long bytes, long sent)
    {
        long others = bytes - (sent * _frameLength) - s_end.Length;
        if (others % Wire.Ping.Length != 0 || others < 0 || others > 10 * Wire.Ping.Length)
        {
            throw new InvalidOperationException($"{sent} messages were published, and a subscriber got {others} bytes more than those.");
        }
    }

    private static Task<long> OnOwnThread(Func<long> blocking) =>
        Task.Factory.StartNew(blocking, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private sealed class Subscriber
    {
        // The end of the previous chunk precedes the next one: the last message may be split.
        private readonly byte[] _tail = new byte[2 * s_end.Length];

        public Subscriber(int port)
        {
            Socket = Wire.Connect(port);
            Wire.SendAll(Socket, [.. Wire.Line($"SUB {Subject} 1"), .. Wire.Line($"SUB {EndSubject} 2"), .. Wire.Ping]);
            Bytes = Wire.ReadPast(Socket, Wire.Pong, new byte[1024]);
        }

        public Socket Socket { get; }

        public long Bytes { get; private set; }

        /// <summary>True when the end has come.</summary>
        public bool ReadSome(byte[] buffer)
        {
            int received;
            try
            {
                received = Wire.Receive(Socket, buffer);
            }
            catch (Exception cut) when (cut is EndOfStreamException or SocketException)
            {
                throw new InvalidOperationException($"The server cut a subscriber off after {Bytes} bytes, perhaps as a slow consumer.", cut);
            }

            Bytes += received;
            int fresh = Math.Min(received, _tail.Length);
            _tail.AsSpan(fresh).CopyTo(_tail);
            buffer.AsSpan(received - fresh, fresh).CopyTo(_tail.AsSpan(_tail.Length - fresh));
            return _tail.AsSpan().IndexOf(s_end) >= 0;
        }
    }
}
