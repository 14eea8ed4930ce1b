using Earshot.Servers;
using Xunit;
using static Earshot.Catalogue.Tests.Calls.Rows.Row;

namespace Earshot.Catalogue.Tests.Calls.Rows;

/// <summary>A36 to A39: the addresses of servers.</summary>
internal static class AddressRows
{
    public static IReadOnlyList<CallRow> All { get; } =
    [
        NotConstructed<ArgumentNullException>("A36", "null", () => _ = new NatsConnection(new NatsOpts { Url = null! })),
        .. ((string[])
        [
            "", "foo bar", "nats://", "nats://:4222", "nats://h:0", "nats://h:65536", "nats://h:abc", "nats://[::1", "ftp://h", "nats://h/path", "nats://u:p@h?x=y",
        ]).Select(url => NotConstructed<ArgumentException>("A36", Shown(url), () => _ = new NatsConnection(new NatsOpts { Url = url }))),
        Elsewhere("A36", "redacted", "Earshot.Client.Tests/Servers/ServerAddressTests.cs", "Refusal_shows_no_secret"),
        Accepted("[::1]:4222", "::1"),
        Accepted("::1", "::1"),
        Accepted("b\u00fccher.example", "xn--bcher-kva.example"),
        Accepted("demo.", "demo."),
        Accepted("NATS://Demo:4222", "demo"),
        Elsewhere("A37", "user info", "Earshot.Client.Tests/Servers/ServerAddressTests.cs", "User_info_is_decoded_and_kept_out_of_the_url"),
        Elsewhere("A38", "1,000 seeds", "Earshot.Client.Tests/Servers/ServerAddressTests.cs", "Thousand_seeds_are_taken"),
        Elsewhere("A38", "duplicates", "Earshot.Client.Tests/Servers/ServerAddressTests.cs", "List_is_trimmed_and_loses_duplicates_but_not_its_order"),
        NotConstructed<ArgumentException>("A39", "", () => _ = new NatsConnection(new NatsOpts { Url = "ws://a,nats://b" })),
    ];

    private static CallRow Accepted(string url, string host) => Scenario("A37", Shown(url), _ =>
    {
        Assert.Equal(host, ServerAddress.Parse(url).Host);
        return Task.CompletedTask;
    });
}
