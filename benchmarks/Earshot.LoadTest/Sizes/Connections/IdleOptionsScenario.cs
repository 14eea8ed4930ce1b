using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>Ten thousand idle connections, each with options of its own that are equal to those of all others: what each holds.</summary>
internal static class IdleOptionsScenario
{
    private const int Connections = 10_000;
    private const int Parallelism = 64;
    private const int AnyPort = 4222;

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        await IdleScenario.WarmUpAsync();
        double shared = await HeldAsync(haveOwnOptions: false);
        yield return new Figure("managed, each, with the same options", "B", shared, 4096);
        double separate = await HeldAsync(haveOwnOptions: true);
        long managed = ProcessSize.Managed();
        NatsOpts[] options = [.. Enumerable.Range(0, Connections).Select(static _ => ProcessSize.Options(AnyPort))];
        yield return new Figure("managed, each, with equal but separate options", "B", separate, 4.1 * 1024);
        yield return new Figure("the options themselves, each, which the application makes", "B", (double)(ProcessSize.Managed() - managed) / Connections);
        GC.KeepAlive(options);
    }

    private static async Task<double> HeldAsync(bool haveOwnOptions)
    {
        using ReferenceClientProcess crowd = await ReferenceClientProcess.StartAsync("crowd");
        long managed = ProcessSize.Managed();
        NatsConnection[] connections = await ProcessSize.OpenAsync(crowd.Port, Connections, Parallelism, haveOwnOptions);
        double held = (double)(ProcessSize.Managed() - managed) / Connections;
        await ProcessSize.CloseAsync(connections, Parallelism);
        return held;
    }
}
