using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>Changes as JSON lines.</summary>
internal sealed class FleetWatchJson(ToolHost host) : IFleetWatchView
{
    public void Begin(FleetStreamContent content)
    {
        foreach (FleetStreamState stream in content.Streams)
        {
            Write(FleetStreamAnswer.Of(stream), FleetJson.Default.FleetStreamAnswer);
        }
    }

    public void Show(DateTimeOffset at, FleetChange change)
    {
        if (change.Incident is not null)
        {
            Write(IncidentChangeAnswer.Of(at, change, change.Incident), FleetJson.Default.IncidentChangeAnswer);
        }
        else if (change.Server is { } server)
        {
            Write(ServerChangeAnswer.Of(at, server, change.Before), FleetJson.Default.ServerChangeAnswer);
        }
    }

    public void Now(FleetStreamContent content, FleetReport report, int inProgress)
    {
    }

    public void End()
    {
    }

    private void Write<T>(T answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        JsonLines.Write(host.Out, answer, type);
        host.Out.Flush();
    }
}
