using System.Diagnostics;
using System.Net.Sockets;
using Earshot.LoadTest.Workloads;

namespace Earshot.LoadTest;

/// <summary>
/// The limit of the machine: a blocking socket in this process that writes frames encoded beforehand, only counts
/// received bytes, and exchanges one request or a whole batch of them. It implements no more of the protocol than that.
/// </summary>
internal sealed class RawLimit : IWorkloadClient
{
    public const string RawName = "raw";

    private const int BlockSize = 64 * 1024;
    private const int FirstReplyNumber = 100;

    private readonly byte[] _received = new byte[256 * 1024];
    private Socket? _socket;

    public string Name => RawName;

    private Socket Socket => _socket ?? throw new InvalidOperationException("Connect first.");

    public Task ConnectAsync(int port)
    {
        _socket = Wire.Connect(port);
        return Task.CompletedTask;
    }

    public Task PublishAsync(string subject, byte[] payload, int tasks, Progress progress) => OnOwnThread(() =>
    {
        byte[] block = Wire.Repeat(Wire.Frame($"PUB {subject} {payload.Length}", payload), BlockSize, out int frames);
        while (!progress.IsStopped)
        {
            Wire.SendAll(Socket, block);
            progress.Add(frames);
        }
    });

    public Task FlushAsync() => OnOwnThread(() =>
    {
        Wire.SendAll(Socket, Wire.Ping);
        Wire.ReadPast(Socket, Wire.Pong, _received);
    });

    public Task ReceiveAsync(string subject, int size, ReceiveForm form, Action subscribed, Progress progress) => OnOwnThread(() =>
    {
        int frameLength = Wire.Frame($"MSG {subject} 1 {size}", new byte[size]).Length;
        Wire.SendAll(Socket, [.. Wire.Line($"SUB {subject} 1"), .. Wire.Ping]);
        long bytes = Wire.ReadPast(Socket, Wire.Pong, _received);
        subscribed();
        while (!progress.IsStopped)
        {
            bytes += Wire.Receive(Socket, _received);
            progress.Add((bytes / frameLength) - progress.Count);
        }
    });

    public Task RequestAsync(string subject, byte[] payload, int outstanding, Progress progress) => OnOwnThread(() =>
    {
        Wire.SendAll(Socket, Wire.Line("SUB _INBOX.raw.* 1"));
        byte[] requests = Enumerable.Range(FirstReplyNumber, outstanding)
            .SelectMany(number => Wire.Frame($"PUB {subject} _INBOX.raw.{number} {payload.Length}", payload)).ToArray();
        int replyLength = Wire.Frame($"MSG _INBOX.raw.{FirstReplyNumber} 1 {payload.Length}", payload).Length;
        while (!progress.IsStopped)
        {
            long started = Stopwatch.GetTimestamp();
            Wire.SendAll(Socket, requests);
            ReadReplies(outstanding, replyLength);
            progress.Add(outstanding - 1);
            progress.AddSince(started);
        }

        // The next loop on this connection subscribes again.
        Wire.SendAll(Socket, Wire.Line("UNSUB 1"));
    });

    public ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        return ValueTask.CompletedTask;
    }

    // A server may put its own PING between two replies; it is the only thing here that does not start with an M.
    private void ReadReplies(int count, int replyLength)
    {
        int available = 0;
        while (count > 0)
        {
            int wanted = available > 0 && _received[0] == (byte)'P' ? Wire.Ping.Length : replyLength;
            if (available < wanted)
            {
                available += Wire.Receive(Socket, _received.AsSpan(available, Math.Min(_received.Length - available, Math.Max(1, count * replyLength))));
                continue;
            }

            if (_received[0] == (byte)'P')
            {
                Wire.SendAll(Socket, Wire.Pong);
            }
            else
            {
                count--;
            }

            _received.AsSpan(wanted, available - wanted).CopyTo(_received);
            available -= wanted;
        }
    }

    private static Task OnOwnThread(Action blocking) =>
        Task.Factory.StartNew(blocking, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
