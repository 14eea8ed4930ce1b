// Starts a server in process, lets node talk to it with the nats.js packages, and does what node asks for by a line on its
// standard output: "restart" or "drop". Every other line is printed. The exit code is node's.
using System.Diagnostics;
using Earshot;

if (args is not [var script])
{
    Console.Error.WriteLine("Usage: NatsJs <script>; run eng/nats-js, which knows where node finds its packages.");
    return 2;
}

await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { TranscriptCapacity = 200 });
using Process node = Process.Start(new ProcessStartInfo("node", [script, server.Url]) { RedirectStandardOutput = true })!;
while (await node.StandardOutput.ReadLineAsync() is { } line)
{
    switch (line)
    {
        case "restart":
            await server.Faults.RestartAsync();
            break;
        case "drop":
            server.Faults.Drop(NatsTestServerDrop.Reset);
            break;
        default:
            Console.WriteLine(line);
            break;
    }
}

await node.WaitForExitAsync();
if (node.ExitCode != 0)
{
    Console.Error.WriteLine(server.Transcript);
}

return node.ExitCode;
