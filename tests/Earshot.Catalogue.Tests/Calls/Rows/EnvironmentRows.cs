using static Earshot.Catalogue.Tests.Calls.Rows.Row;

namespace Earshot.Catalogue.Tests.Calls.Rows;

/// <summary>A57 to A61: the process around the connection, and the in-process server.</summary>
internal static class EnvironmentRows
{
    public static IReadOnlyList<CallRow> All { get; } =
    [
        Elsewhere("A57", "synchronization context", "Earshot.Catalogue.Tests/Calls/EnvironmentTests.cs", "Call_made_on_a_thread_that_waits_for_it_completes"),
        Elsewhere("A57", "ambient context", "Earshot.Client.Tests/Events/Journal/HandlerTests.cs", "Nothing_of_the_registering_context_flows_into_a_handler"),
        Elsewhere("A58", "cultures", "Earshot.Catalogue.Tests/Calls/EnvironmentTests.cs", "Bytes_are_the_same_in_every_culture") with { Difference = "With the formats of a made-up culture: the tests run with invariant globalization, which has no cultures by name." },
        Elsewhere("A58", "trimmed and AOT", "Repository.Tests/Packages/PublishTests.cs", "Published_application_works_against_a_real_server"),
        Elsewhere("A59", "machine that slept", "Earshot.Client.Tests/Sessions/PauseDetectorTests.cs", "A_machine_that_slept_shows_in_the_wall_clock_alone"),
        Elsewhere("A59", "paused process", "Earshot.Client.Tests/Sessions/KeepAliveTests.cs", "Paused_process_probes_again_before_declaring_the_server_stale") with { Difference = "A process cannot fork itself in .NET, and a checkpoint is a pause to it." },
        Elsewhere("A60", "", "Earshot.Catalogue.Tests/Calls/EnvironmentTests.cs", "Process_ends_although_its_connection_is_open"),
        Elsewhere("A61", "stopped with clients", "Earshot.Catalogue.Tests/Calls/EnvironmentTests.cs", "Server_that_stops_during_publishes_ends_its_clients_once"),
        Elsewhere("A61", "many servers", "Earshot.Catalogue.Tests/Calls/EnvironmentTests.cs", "Hundred_servers_are_independent_and_free_their_ports") with { Difference = "100 servers and not 1,000: they are started in parallel, and the sockets of the machine are shared with the other tests." },
    ];
}
