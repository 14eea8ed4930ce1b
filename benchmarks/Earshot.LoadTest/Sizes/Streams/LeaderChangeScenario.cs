using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Earshot.JetStream;
using Earshot.LoadTest.Opponents;
using Earshot.LoadTest.Streams;

namespace Earshot.LoadTest.Sizes;

/// <summary>
/// A consumer changes its leader: the time from the status on the wire to the next pull request on the wire. A bare socket plays the
/// consumer behind a nats-server without JetStream, so that both moments are known; the way through the server and back is included.
/// </summary>
internal static class LeaderChangeScenario
{
    private const int Times = 200;
    private const int WarmUps = 50;
    private const string Status = "NATS/1.0 409 Leadership Change\r\n\r\n";
    private const string Info = """{"type":"io.nats.jetstream.api.v1.consumer_info_response","stream_name":"S","name":"C","config":{"durable_name":"C","ack_policy":"explicit","deliver_policy":"all"}}""";

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        using NatsServerProcess server = await NatsServerProcess.StartAsync(natsServer);
        double[] times = await MeasureAsync(server.Port);
        Array.Sort(times);
        yield return new Figure($"leadership change to the next pull request, median of {Times}", "ms", times[Times / 2]);
        yield return new Figure($"leadership change to the next pull request, worst of {Times}", "ms", times[^1], 5);
    }

    private static async Task<double[]> MeasureAsync(int port)
    {
        using Socket socket = Wire.Connect(port);
        var requests = new ReplyReader(socket);
        Wire.SendAll(socket, Wire.Line("SUB $JS.API.CONSUMER.> 1"));
        await using var nats = new NatsConnection(new NatsOpts { Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}") });
        await nats.ConnectAsync();
        Task<INatsJSConsumer> finding = new NatsJSContext(nats).GetConsumerAsync("S", "C").AsTask();
        byte[] info = Encoding.ASCII.GetBytes(Info);
        string asked = await Task.Run(() => Next(requests));
        Wire.SendAll(socket, Wire.Frame(string.Create(CultureInfo.InvariantCulture, $"PUB {asked} {info.Length}"), info));
        await using INatsJSConsume<byte[]> consume = await (await finding).StartConsumeAsync<byte[]>();
        return await Task.Run(() =>
        {
            string inbox = Next(requests);
            var times = new List<double>();
            for (int i = 0; i < WarmUps + Times; i++)
            {
                byte[] status = Encoding.ASCII.GetBytes(Status);
                byte[] frame = Wire.Frame(string.Create(CultureInfo.InvariantCulture, $"HPUB {inbox} {status.Length} {status.Length}"), status);
                long sent = Stopwatch.GetTimestamp();
                Wire.SendAll(socket, frame);
                inbox = Next(requests);
                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }

            return times.Skip(WarmUps).ToArray();
        });
    }

    // The reply subject of the next request.
    private static string Next(ReplyReader requests)
    {
        string inbox = "";
        requests.Read(1, (line, _) => inbox = Encoding.ASCII.GetString(line[(line.LastIndexOf((byte)' ') + 1)..]));
        return inbox;
    }
}
