using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Earshot.Cli.Tests.Doctor;

/// <summary>A port that says the same text on every connection, answers a number of PINGs, and then waits for its end; an empty text says nothing.</summary>
internal sealed class TalkingPort : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _conversations = [];
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;
    private int _pongs;
    private int _accepted;

    internal TalkingPort(string text, bool isClosing = false, int pongs = 0)
    {
        _pongs = pongs;
        _listener.Start();
        _accepting = AcceptAsync(Encoding.UTF8.GetBytes(text), isClosing);
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The number of connections so far.</summary>
    internal int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Completes with the first PING that is not answered.</summary>
    internal Task Silent => _silent.Task;

    internal string Url => $"nats://127.0.0.1:{Port}";

    internal static string Info(string name, string more = "") =>
        $"INFO {{\"server_id\":\"N1\",\"server_name\":\"{name}\",\"version\":\"2.12.0\",\"proto\":1,\"host\":\"127.0.0.1\",\"port\":4222,\"headers\":true,\"max_payload\":1048576{more}}} \r\n";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_conversations);
        _stop.Dispose();
    }

    private async Task AcceptAsync(byte[] text, bool isClosing)
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _accepted); // before it is closed, which may end the test
                _conversations.Add(TalkAsync(client, text, isClosing));
            }
        }
        catch (OperationCanceledException)
        {
            // The port is closed.
        }
    }

    private async Task TalkAsync(TcpClient client, byte[] text, bool isClosing)
    {
        using (client)
        {
            try
            {
                await client.GetStream().WriteAsync(text, _stop.Token);
                using var reader = new StreamReader(client.GetStream());
                while (!isClosing && await reader.ReadLineAsync(_stop.Token) is { } line)
                {
                    if (line == "PING" && --_pongs < 0)
                    {
                        _silent.TrySetResult();
                    }
                    else if (line == "PING")
                    {
                        await client.GetStream().WriteAsync("PONG\r\n"u8.ToArray(), _stop.Token);
                    }
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client has left, or the test is over.
            }
        }
    }
}
