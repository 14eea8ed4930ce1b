using Xunit;

namespace Earshot.Conformance.Tests.Familiar;

/// <summary>Programs in the shape in which users of the official client write them do here what they do there.</summary>
public sealed class ProgramTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscribe_loop_ends_with_its_token() => Assert.Equal(
        ["received loop.new.0: LoopOrder { OrderId = 0, Note =  }", "received loop.new.1: LoopOrder { OrderId = 1, Note =  }", "received loop.new.2: LoopOrder { OrderId = 2, Note =  }", "unsubscribed", "bye"],
        await SubscribeLoopProgram.RunAsync(servers.Url, "loop", Token).WaitAsync(Servers.Limit, Token));

    [Fact]
    public async Task A_service_answers_requests() => Assert.Equal(
        ["0: Answer is: 0", "1: Answer is: 2", "2: Answer is: 4", "no responders", "many: Answer is: 18", "bye"],
        await RequestReplyProgram.RunAsync(servers.Url, Servers.NewSubject("service"), Token).WaitAsync(Servers.Limit, Token));

    [Fact]
    public async Task A_block_of_options_works_and_says_what_changes_nothing() => Assert.Equal(
        ["data, options, True", "warnings: 9"],
        await OptionsBlockProgram.RunAsync(servers.Url, Servers.NewSubject("options"), Token).WaitAsync(Servers.Limit, Token));

    [Fact]
    public async Task A_serializer_of_the_application_is_asked_for_everything_also_for_no_bytes() => Assert.Equal(
        ["7 from 'order 7' as LoopOrder", "0 from '' as LoopOrder"],
        await CustomSerializerProgram.RunAsync(servers.Url, Servers.NewSubject("serializer"), Token).WaitAsync(Servers.Limit, Token));

    [Fact]
    public async Task A_mock_is_set_up_by_expression_trees() => Assert.Equal(
        ["Open, 0 events", "price 70 (7 bytes)"],
        await MockProgram.RunAsync(Token));
}
