using Earshot;
using Xunit;

namespace Repository.Tests.Compatibility;

/// <summary>Holds the page about the official client to the list of its members, and what it says to this library.</summary>
public sealed class CompatibilityTests
{
    private static readonly Dictionary<string, Type> s_ours = new[] { typeof(NatsException).Assembly, typeof(NatsOpts).Assembly }
        .SelectMany(assembly => assembly.GetExportedTypes())
        .ToDictionary(TypeNames.Of);

    private static readonly ILookup<(string Type, string Name), string> s_statuses =
        CompatibilityPage.Entries.ToLookup(entry => (entry.Type, entry.Name), entry => entry.Status);

    [Fact]
    public void Every_member_of_the_official_packages_is_on_the_page_once()
    {
        Assert.Equal(["NATS.Client.Abstractions", "NATS.Client.Core", "NATS.Client.Serializers.Json", "NATS.Client.Simplified"], OfficialMember.All.Select(member => member.Package).Distinct().Order(StringComparer.Ordinal));
        IEnumerable<string> wanted = OfficialMember.All.GroupBy(member => member.Type).SelectMany(type => type
            .Where(member => member.Name.Length > 0)
            .Select(member => $"{type.Key}: {member.Name}")
            .Distinct()
            .DefaultIfEmpty($"{type.Key}: "));
        var shapes = OfficialMember.All.Where(member => member.Name.Length == 0).Select(member => $"{member.Type}: {member.Key}").ToHashSet();
        Assert.Equal(
            wanted.Order(StringComparer.Ordinal),
            CompatibilityPage.Entries.Select(entry => $"{entry.Type}: {entry.Name}").Where(entry => !shapes.Contains(entry)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_the_same_exists_here()
    {
        IEnumerable<string> missing = OfficialMember.All
            .Where(member => StatusOf(member) == CompatibilityPage.Same && !Offers(member.Type).Contains(member.Signature))
            .Select(member => member.ToString());
        Assert.Empty(missing);
        Assert.True(OfficialMember.All.Count(member => StatusOf(member) == CompatibilityPage.Same) > 500);
    }

    [Fact]
    public void What_is_left_out_does_not_exist_here_and_has_a_reason()
    {
        Assert.All(
            CompatibilityPage.Entries.Where(entry => entry.Status == CompatibilityPage.LeftOut),
            entry =>
            {
                Assert.DoesNotContain(entry.Name, NamesOf(entry.Type));
                Assert.NotEmpty(entry.Note);
            });
    }

    [Fact]
    public void What_differs_exists_here_and_the_page_says_how()
    {
        Assert.All(
            CompatibilityPage.Entries.Where(entry => entry.Status is not CompatibilityPage.Same and not CompatibilityPage.LeftOut),
            entry =>
            {
                Assert.Equal(CompatibilityPage.Differs, entry.Status);
                Assert.NotEmpty(entry.Note);
                bool isShape = OfficialMember.All.Any(member => member.Type == entry.Type && member.Name.Length == 0 && member.Signature == entry.Name);
                Assert.True(isShape || NamesOf(entry.Type).Contains(entry.Name), $"{entry.Type}.{entry.Name} does not exist here");
            });
    }

    [Theory]
    [InlineData(typeof(NatsOpts), "string Url { get; init; }", true)]
    [InlineData(typeof(NatsOpts), "string Url { get; set; }", false)]
    [InlineData(typeof(NatsOpts), "int Url { get; init; }", false)]
    [InlineData(typeof(NatsOpts), "static readonly NatsOpts Default", true)]
    [InlineData(typeof(NatsMsg<int>), "void EnsureSuccess()", true)]
    [InlineData(typeof(INatsConnection), "ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default)", true)]
    [InlineData(typeof(INatsConnection), "ValueTask<TimeSpan> PingAsync(CancellationToken token = default)", false)]
    [InlineData(typeof(INatsConnection), "ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken)", false)]
    [InlineData(typeof(NatsConnection), ": INatsConnection", true)]
    [InlineData(typeof(NatsConnection), ": INatsSub", false)]
    [InlineData(typeof(NatsTlsOpts), "record", false)]
    [InlineData(typeof(NatsConnectionState), "Open = 1", true)]
    [InlineData(typeof(NatsConnectionState), "Open = 2", false)]
    public void A_member_is_the_same_when_code_that_names_it_compiles(Type type, string signature, bool isOffered) =>
        Assert.Equal(isOffered, Offered.By(type).Contains(signature));

    private static IReadOnlySet<string> Offers(string type) => s_ours.TryGetValue(type, out Type? ours) ? Offered.By(ours) : new HashSet<string>();

    // The types themselves are the same unless the page has their text, or has left out all of their members.
    private static string StatusOf(OfficialMember member) =>
        s_statuses[(member.Type, member.Key)].FirstOrDefault()
        ?? (CompatibilityPage.Entries.Where(entry => entry.Type == member.Type).All(entry => entry.Status == CompatibilityPage.LeftOut) ? CompatibilityPage.LeftOut : CompatibilityPage.Same);

    private static IEnumerable<string> NamesOf(string type) =>
        s_ours.TryGetValue(type, out Type? ours) ? Offered.Names(ours) : [];
}
