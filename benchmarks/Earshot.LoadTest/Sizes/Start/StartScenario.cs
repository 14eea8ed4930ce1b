using System.Globalization;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>From the start of a small program to its first message through nats-server: compiled at run time, before it in part, and before it as a whole.</summary>
internal static class StartScenario
{
    private const int Times = 21;

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        using NatsServerProcess server = await NatsServerProcess.StartAsync(natsServer);
        string url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{server.Port}");
        foreach (ProgramForm form in ProgramForm.All)
        {
            await Console.Error.WriteLineAsync($"start: publishing {form.Name}");
            (PublishedProgram? program, string reason) = await PublishedProgram.PublishAsync(form);
            if (program is null)
            {
                await Console.Error.WriteLineAsync($"start: NOT MEASURED: {form.Name} cannot be published here: {reason}");
                continue;
            }

            yield return new Figure($"{form.Name}: start of the process, without a client", "ms", await MedianAsync(program));
            yield return new Figure($"{form.Name}: start of the process to its first message, median of {Times}", "ms", await MedianAsync(program, url), form.Target);
        }
    }

    private static async Task<double> MedianAsync(PublishedProgram program, params string[] arguments)
    {
        await program.StartAsync(arguments); // its files come into the cache of the system
        double[] times = new double[Times];
        for (int i = 0; i < Times; i++)
        {
            times[i] = await program.StartAsync(arguments);
        }

        Array.Sort(times);
        return times[Times / 2];
    }
}
