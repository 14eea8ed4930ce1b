namespace Earshot.Chaos.Faults;

/// <summary>The part of a run that is in the process with the fault.</summary>
internal static class FaultChild
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string fault, string url, CancellationToken cancellationToken)
    {
        var table = new ChaosTable();
        Task running = fault switch
        {
            "F26" => PausedChild.RunAsync(url, table, cancellationToken),
            "F27" => StarvedChild.RunAsync(url, table, cancellationToken),
            "F28" => HandlesChild.RunAsync(url, table, cancellationToken),
            "F29" => PortsChild.RunAsync(table, cancellationToken),
            "F30" => HeapChild.RunAsync(url, table, cancellationToken),
            _ => throw new ArgumentException($"No fault {fault}."),
        };
        await running;
        await table.PrintAsync(Console.Out);
        return table.Holds ? 0 : 1;
    }
}
