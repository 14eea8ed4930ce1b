using System.Diagnostics;
using System.Globalization;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>
/// One publish of a megabyte. How many calls to the system it takes is counted from outside:
/// <c>strace -f -c -e trace=sendto,sendmsg,write,writev</c> around <c>--scenario large-publish</c>.
/// </summary>
internal static class LargePublishScenario
{
    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        using NatsServerProcess server = await NatsServerProcess.StartAsync(natsServer);
        await using var nats = new NatsConnection(new NatsOpts { Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{server.Port}") });
        await nats.ConnectAsync();
        long started = Stopwatch.GetTimestamp();
        await nats.PublishAsync("large", new byte[1024 * 1024]);
        await nats.PingAsync();
        yield return new Figure("1 MiB published and confirmed", "ms", Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }
}
