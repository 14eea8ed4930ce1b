namespace Earshot.Chaos.JetStream;

/// <summary>The parts of <c>chaos jetstream</c>, one after the other.</summary>
internal static class JetStreamRun
{
    public static async Task<int> RunAsync(ChaosOptions options, JetStreamPart part, int regressions, CancellationToken cancellationToken)
    {
        TextWriter output = Console.Out;
        bool holds = true;
        if (part is JetStreamPart.All or JetStreamPart.Cluster)
        {
            await output.WriteLineAsync($"chaos jetstream, cluster: {options.Duration.TotalMinutes:0.#} minutes, seed {options.Seed}; starting three servers ...");
            await using var run = new ClusterRun(options, output);
            holds &= await run.RunAsync(cancellationToken);
        }

        if (part is JetStreamPart.All or JetStreamPart.Regression)
        {
            await output.WriteLineAsync($"chaos jetstream, regression: {regressions} times the store is put back ...");
            holds &= await RegressionRun.RunAsync(regressions, options.Seed, output, cancellationToken);
        }

        if (part is JetStreamPart.All or JetStreamPart.Disk)
        {
            await output.WriteLineAsync("chaos jetstream, disk: limits, and a disk that is really full ...");
            holds &= await DiskRun.RunAsync(output, cancellationToken);
        }

        if (part is JetStreamPart.All or JetStreamPart.Leaf)
        {
            await output.WriteLineAsync("chaos jetstream, leaf: the link between a leaf server and its hub breaks ...");
            holds &= await LeafRun.RunAsync(output, cancellationToken);
        }

        return holds ? 0 : 1;
    }
}
