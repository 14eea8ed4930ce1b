using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Earshot.LoadTest.Opponents;

/// <summary>Answers the requests of very many clients: on Linux with one thread that only reads sockets with requests.</summary>
internal static class EchoFleet
{
    private const int BufferSize = 4096;

    public static void Run()
    {
        using Socket listener = Wire.ListenForMany(out byte[]? info);
        var loops = new ConcurrentDictionary<long, EchoLoop>();
        Readiness? readiness = OperatingSystem.IsLinux() ? new Readiness() : null;
        if (readiness is not null)
        {
            new Thread(() => Serve(readiness, loops)) { IsBackground = true }.Start();
        }

        for (long number = 0; ; number++)
        {
            Socket client = listener.Accept();
            client.NoDelay = true;
            Wire.SendAll(client, info);
            var loop = new EchoLoop(client, EchoLoop.Side.Server, BufferSize);
            if (readiness is null)
            {
                _ = loop.RunAsync();
                continue;
            }

            loops[number] = loop;
            readiness.Watch(client, number);
        }
    }

    private static void Serve(Readiness readiness, ConcurrentDictionary<long, EchoLoop> loops)
    {
        long[] ready = new long[256];
        while (true)
        {
            int count = readiness.Wait(ready);
            foreach (long number in ready.AsSpan(0, count))
            {
                if (!loops[number].TryStep())
                {
                    loops.TryRemove(number, out _);
                }
            }
        }
    }
}
