using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;
using static Earshot.Catalogue.Tests.Calls.Rows.Row;

namespace Earshot.Catalogue.Tests.Calls.Rows;

/// <summary>A40 to A46: credentials, TLS, options and serializers.</summary>
internal static class SecurityRows
{
    private const string BadInput = "Earshot.Conformance.Tests/Security/Tls/BadInputTests.cs";
    private const string CredsFile = "Earshot.Client.Tests/Authentication/CredsFileTests.cs";
    private const string NKeys = "Earshot.Client.Tests/Authentication/NKeyTests.cs";
    private const string Resolver = "Earshot.Client.Tests/Authentication/CredentialsResolverTests.cs";
    private const string Serializers = "Earshot.Conformance.Tests/Core/SerializerTests.cs";

    public static IReadOnlyList<CallRow> All { get; } =
    [
        Elsewhere("A40", "damaged", CredsFile, "Errors_of_damaged_creds_name_the_defect_and_not_the_content"),
        Elsewhere("A40", "line ends and byte order mark", CredsFile, "Creds_files_are_read_with_any_line_end_and_with_a_byte_order_mark"),
        Elsewhere("A40", "UTF-16, directory, too large", CredsFile, "Files_in_UTF_16_too_large_or_no_files_at_all_are_refused"),
        Elsewhere("A40", "3 GB", BadInput, "A_creds_file_of_gigabytes_is_refused_without_being_read"),
        Elsewhere("A40", "retried", CredsFile, "Creds_files_are_read_for_each_attempt"),
        Elsewhere("A41", "changed letter", NKeys, "Every_changed_letter_is_found"),
        Elsewhere("A41", "each length, lower case", NKeys, "Seeds_cut_or_lengthened_or_in_lower_case_are_refused"),
        Elsewhere("A41", "account and operator", NKeys, "Seeds_of_others_than_users_are_refused"),
        Elsewhere("A42", "expired", BadInput, "Expired_JWTs_are_sent_and_the_rejection_reports_that_they_have_expired"),
        Elsewhere("A42", "unreadable", BadInput, "JWTs_that_cannot_be_read_are_sent_and_refused_by_the_server"),
        Elsewhere("A43", "throws or returns nothing", Resolver, "Callbacks_that_throw_or_return_nothing_fail_with_a_reason"),
        Elsewhere("A43", "hangs", Resolver, "Callbacks_that_hang_end_with_the_attempt"),
        Elsewhere("A43", "changes its type", BadInput, "Callbacks_may_fail_or_return_another_kind_and_are_called_again"),
        Elsewhere("A44", "files", "Earshot.Conformance.Tests/Security/Tls/TlsServerTests.cs", "Files_that_cannot_be_used_are_named"),
        Elsewhere("A44", "password", BadInput, "Wrong_passwords_of_keys_and_bundles_are_named_by_their_file"),
        Elsewhere("A44", "expired", "Earshot.Conformance.Tests/Security/Tls/TlsMidSessionTests.cs", "Expired_client_certificates_are_refused_with_a_hint"),
        NotConstructed<ArgumentException>("A44", "certificate without key", () => _ = new NatsConnection(new NatsOpts { TlsOpts = new NatsTlsOpts { CertFile = "a" } })),
        Elsewhere("A45", "every option", "Earshot.Client.Tests/Client/OptionCheckTests.cs", "Option_that_cannot_work_is_refused_with_its_name"),
        Scenario("A45", "name", NameIsEscapedAsync) with { Options = opts => opts with { Name = "a\r\nPING\r\n\"b" } },
        Elsewhere("A46", "throws on publish", Serializers, "A_serializer_that_throws_fails_the_publish_and_sends_nothing"),
        Elsewhere("A46", "throws on receive", Serializers, "A_deserializer_that_throws_loses_one_message_and_nothing_else"),
        Scenario("A46", "writes nothing", EmptySerializerAsync),
    ];

    private static async Task NameIsEscapedAsync(ConnectionRig rig)
    {
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        ClientOperation connect = await peer.HandshakeAsync(rig.Token);
        await connecting;
        using var json = System.Text.Json.JsonDocument.Parse(connect.Line["CONNECT ".Length..]);
        Assert.Equal("a\r\nPING\r\n\"b", json.RootElement.GetProperty("name").GetString());
    }

    private static async Task EmptySerializerAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        await rig.Connection.PublishAsync("a", 1, serializer: new Silent(), cancellationToken: rig.Token);
        Assert.Empty((await peer.ExpectAsync("PUB a 0", rig.Token)).Payload);
    }

    private sealed class Silent : INatsSerialize<int>
    {
        public void Serialize(System.Buffers.IBufferWriter<byte> bufferWriter, int value)
        {
        }
    }
}
