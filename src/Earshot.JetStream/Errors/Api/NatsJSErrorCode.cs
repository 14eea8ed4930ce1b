namespace Earshot.JetStream;

/// <summary>Numbers of errors of the JetStream API that callers decide by. There are more; a number without a name is none the less valid.</summary>
public enum NatsJSErrorCode
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>A limit of the account was reached.</summary>
    AccountResourcesExceeded = 10002,

    /// <summary>The request is not valid.</summary>
    BadRequest = 10003,

    /// <summary>JetStream is not available now: no leader, or no quorum.</summary>
    NotAvailable = 10008,

    /// <summary>The consumer cannot be updated in this way.</summary>
    ConsumerCreateFailed = 10012,

    /// <summary>There is no such consumer.</summary>
    ConsumerNotFound = 10014,

    /// <summary>The server has not enough resources.</summary>
    InsufficientResources = 10023,

    /// <summary>The JSON of the request is not valid, or has a field that this server does not know.</summary>
    InvalidJson = 10025,

    /// <summary>The stream has as many consumers as it may have.</summary>
    MaximumConsumersLimit = 10026,

    /// <summary>The account has as many streams as it may have.</summary>
    MaximumStreamsLimit = 10027,

    /// <summary>There is no such message.</summary>
    MessageNotFound = 10037,

    /// <summary>JetStream is not enabled for the account.</summary>
    NotEnabledForAccount = 10039,

    /// <summary>There is no message with this sequence.</summary>
    SequenceNotFound = 10043,

    /// <summary>The reservation is larger than what the server has.</summary>
    StorageResourcesExceeded = 10047,

    /// <summary>The configuration of the stream is not valid.</summary>
    StreamInvalidConfig = 10052,

    /// <summary>The message is larger than the stream allows.</summary>
    StreamMessageExceedsMaximum = 10054,

    /// <summary>The name of the stream in the request is another one.</summary>
    StreamMismatch = 10056,

    /// <summary>The stream exists with another configuration.</summary>
    StreamNameExist = 10058,

    /// <summary>There is no such stream.</summary>
    StreamNotFound = 10059,

    /// <summary>The message came to another stream than the one expected.</summary>
    StreamNotMatch = 10060,

    /// <summary>The subjects overlap with those of another stream.</summary>
    StreamSubjectOverlap = 10065,

    /// <summary>The last message id is not the one expected.</summary>
    StreamWrongLastMsgId = 10070,

    /// <summary>The last sequence is not the one expected; the text has the present one.</summary>
    StreamWrongLastSequence = 10071,

    /// <summary>JetStream is not enabled on the server.</summary>
    NotEnabled = 10076,

    /// <summary>The stream is full and refuses new messages, or could not store.</summary>
    StreamStoreFailed = 10077,

    /// <summary>The stream is sealed.</summary>
    StreamSealed = 10109,

    /// <summary>The stream is offline.</summary>
    StreamOffline = 10118,

    /// <summary>The consumer is offline.</summary>
    ConsumerOffline = 10119,

    /// <summary>The consumer exists with another configuration.</summary>
    ConsumerAlreadyExists = 10148,

    /// <summary>There is no such consumer to update.</summary>
    ConsumerDoesNotExist = 10149,

    /// <summary>A message with this id is being processed.</summary>
    DuplicateInProgress = 10158,

    /// <summary>The stream cannot say yet what the last sequence of the subject is.</summary>
    LastSequenceNotReady = 10163,

    /// <summary>The last sequence is not the one expected; the text does not have the present one.</summary>
    StreamWrongLastSequenceConstant = 10164,

    /// <summary>The time to live of the message is not valid.</summary>
    MessageTtlInvalid = 10165,

    /// <summary>The stream does not allow a time to live of messages.</summary>
    MessageTtlDisabled = 10166,

    /// <summary>The stream is overloaded.</summary>
    TooManyRequests = 10167,

    /// <summary>The request needs a higher API level.</summary>
    RequiredApiLevel = 10185,

    /// <summary>The stream is offline, and the server says why.</summary>
    StreamOfflineReason = 10194,

    /// <summary>The consumer is offline, and the server says why.</summary>
    ConsumerOfflineReason = 10195,

    /// <summary>The consumer cannot be reset in this way.</summary>
    ConsumerInvalidReset = 10204,

    /// <summary>Too many atomic batches are open.</summary>
    AtomicPublishTooManyInflight = 10210,

    /// <summary>Too many fast batches are open.</summary>
    BatchPublishTooManyInflight = 10211,
}
