using System.Diagnostics;
using Microsoft.Extensions.Primitives;

namespace Earshot.LoadTest.Sizes;

/// <summary>The first look-up of a header by its name in a received message: time and bytes, with few and with many headers.</summary>
internal static class HeaderLookupScenario
{
    private const int Messages = 1_000;
    private const int Rounds = 101;

    private delegate bool LookUp(NatsHeaders headers, string name);

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        await Task.Yield();
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < LoadTestOptions.FirstWarmUp)
        {
            Measure(1, Wire.HeaderName(0), Utf8Value);
            Measure(50, Wire.HeaderName(0), Value);
        }

        foreach (int headers in (int[])[1, 50])
        {
            foreach ((string method, LookUp lookUp) in ((string, LookUp)[])[("TryGetUtf8Value", Utf8Value), ("TryGetValue", Value)])
            {
                foreach ((string place, string name) in Names(headers))
                {
                    (double nanoseconds, double bytes) = Measure(headers, name, lookUp);
                    string what = $"{method}, {headers} header{(headers == 1 ? "" : "s")}, {place}";
                    yield return new Figure(what, "ns", nanoseconds, headers == 1 ? 60 : null);
                    yield return new Figure($"{what}: allocated", "B", bytes, method == "TryGetUtf8Value" ? 0 : null);
                }
            }
        }
    }

    private static (string Place, string Name)[] Names(int headers) => headers == 1
        ? [("the only one", Wire.HeaderName(0)), ("absent", "Absent")]
        : [("the first", Wire.HeaderName(0)), ("the last", Wire.HeaderName(headers - 1)), ("absent", "Absent")];

    private static bool Utf8Value(NatsHeaders headers, string name) => headers.TryGetUtf8Value(name, out ReadOnlySpan<byte> value) && !value.IsEmpty;

    private static bool Value(NatsHeaders headers, string name) => headers.TryGetValue(name, out StringValues value) && value.Count > 0;

    // A message is looked up once: the headers are those of messages that were just received.
    private static (double Nanoseconds, double Bytes) Measure(int headers, string name, LookUp lookUp)
    {
        byte[] block = Wire.HeaderBlock(headers);
        var received = new NatsHeaders[Messages];
        var times = new List<double>();
        double bytes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < received.Length; i++)
            {
                received[i] = new NatsHeaders(block, isCaseSensitive: false);
            }

            int found = 0;
            (long allocated, long started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            foreach (NatsHeaders one in received)
            {
                found += lookUp(one, name) ? 1 : 0;
            }

            times.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds / Messages);
            bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / Messages;
            if (found is not (0 or Messages))
            {
                throw new InvalidOperationException($"{found} of {Messages} equal messages had the header.");
            }
        }

        times.Sort();
        return (times[Rounds / 2], bytes);
    }
}
