// Collects what ERC-7562 asks of a validation: ES5, limited to what anvil (boa, revm-inspectors) and geth (goja) share.
// Keys are short because the answer travels: t type, f from, a to, v value, g gas, u gasUsed, i input, o output, e error,
// p opcodes, r reads, w writes, b transient reads, d transient writes, x EXTCODE access, n contract sizes, c calls.
(function () {
  // Opcode -> kind. 0 costs one look-up; 1 is only counted.
  var GAS = 2, SLOAD = 3, SSTORE = 4, TLOAD = 5, TSTORE = 6, KECCAK = 7, EXT = 8, CALL = 9, LOG1 = 10;
  var CUT = 'bb47ee3e183a558b1a2ff0874b079f3fc5478b7454eacf2bfc5af2ff5878f972';
  // v0.6 emits BeforeExecution of handleAggregatedOps before it validates; there, and only there, execution begins with innerHandleOp.
  var AGGREGATED_V06 = '0x4b1d7cf5', INNER = ['0x1d732756', '0x0042dc53'];
  var INPUT_LIMIT = 68, PREIMAGE_MIN = 64, PREIMAGE_MAX = 1024;
  var ZEROS = '0000000000000000000000000000000000000000000000000000000000000000';
  var PADDING = ZEROS.slice(0, 24);
  var kinds = [], i;
  for (i = 0; i < 256; i++) { kinds.push(1); }
  var ignored = [/*IGNORED*/];
  for (i = 0; i < ignored.length; i++) { kinds[ignored[i]] = 0; }
  kinds[0x5a] = GAS; kinds[0x54] = SLOAD; kinds[0x55] = SSTORE; kinds[0x5c] = TLOAD; kinds[0x5d] = TSTORE;
  kinds[0x20] = KECCAK; kinds[0x3b] = EXT; kinds[0x3c] = EXT; kinds[0x3f] = EXT;
  kinds[0xf1] = CALL; kinds[0xf2] = CALL; kinds[0xf4] = CALL; kinds[0xfa] = CALL; kinds[0xa1] = LOG1;

  var cut = false;
  var pending = 0;        // the opcode before, when the next one decides what it means
  var pendingAddress = '';
  var created = null;     // a creation that returned and whose success the next step shows
  var preimages = {};
  var root = { c: [] };
  var frame = root;
  var stack = [root];

  function word(value) {
    var text = value.toString(16);
    return text.length < 64 ? ZEROS.slice(text.length) + text : text;
  }

  function quantity(value) {
    return value === undefined || value === null ? '0x0' : '0x' + value.toString(16);
  }

  function head(bytes) {
    return bytes.length > INPUT_LIMIT ? toHex(slice(bytes, 0, INPUT_LIMIT)) : toHex(bytes);
  }

  function selector(bytes) {
    return bytes.length < 4 ? '' : toHex(slice(bytes, 0, 4));
  }

  function count(key, name) {
    var table = frame[key];
    if (table === undefined) { table = frame[key] = {}; }
    table[name] = (table[name] || 0) + 1;
  }

  function settle(op) {
    if (pending === 0x5a) {
      if (kinds[op] !== CALL) { count('p', 0x5a); }
    } else if (pending !== 0x3b || op !== 0x15) {
      if (frame.x === undefined) { frame.x = []; }
      if (frame.x.indexOf(pendingAddress) < 0) { frame.x.push(pendingAddress); }
    }
    pending = 0;
  }

  function remember(log) {
    var size = Number(log.stack.peek(1));
    if (size < PREIMAGE_MIN || size > PREIMAGE_MAX) { return; }
    var offset = Number(log.stack.peek(0));
    var length = log.memory.length();
    var end = offset + size;
    var text = offset >= length ? '' : toHex(log.memory.slice(offset, end > length ? length : end)).slice(2);
    while (text.length < size * 2) { text += '00'; }
    if (text.slice(0, 24) === PADDING) { preimages[text] = 1; }
  }

  function measure(op, hex, db) {
    if (frame.n === undefined) { frame.n = {}; }
    if (frame.n[hex] === undefined) { frame.n[hex] = [db.getCode(toAddress('0x' + hex)).length, op]; }
  }

  return {
    step: function (log, db) {
      if (cut) { return; }
      var op = log.op.toNumber();
      if (pending !== 0) { settle(op); }
      if (created !== null) {
        if (log.stack.length() > 0 && Number(log.stack.peek(0)) === 0) { created.e = created.e || 'creation failed'; }
        created = null;
      }
      var kind = kinds[op];
      if (kind === 0) { return; }
      var depth, hex, slot;
      switch (kind) {
        case 1:
          count('p', op);
          return;
        case GAS:
          pending = op;
          return;
        case SLOAD:
          if (log.stack.length() < 1) { return; }
          slot = word(log.stack.peek(0));
          if (frame.r === undefined) { frame.r = {}; }
          if (frame.r[slot] === undefined && (frame.w === undefined || frame.w[slot] === undefined)) {
            frame.r[slot] = toHex(db.getState(log.contract.getAddress(), toWord('0x' + slot)));
          }
          return;
        case SSTORE:
        case TLOAD:
        case TSTORE:
          if (log.stack.length() < 1) { return; }
          count(kind === SSTORE ? 'w' : kind === TLOAD ? 'b' : 'd', word(log.stack.peek(0)));
          return;
        case KECCAK:
          if (log.stack.length() > 1) { remember(log); }
          return;
        case EXT:
        case CALL:
          depth = kind === EXT ? 0 : 1;
          if (log.stack.length() <= depth) { return; }
          hex = word(log.stack.peek(depth)).slice(24);
          measure(op, hex, db);
          if (kind === EXT) { pending = op; pendingAddress = hex; }
          return;
        case LOG1:
          if (stack.length === 1 && log.stack.length() > 2 && word(log.stack.peek(2)) === CUT) {
            cut = selector(log.contract.getInput()) !== AGGREGATED_V06;
          }
          return;
      }
    },

    enter: function (call) {
      if (cut) { return; }
      if (stack.length === 1 && INNER.indexOf(selector(call.getInput())) >= 0 && toHex(call.getTo()) === toHex(call.getFrom())) {
        cut = true;
        return;
      }
      var child = { t: call.getType(), f: toHex(call.getFrom()), a: toHex(call.getTo()), g: call.getGas(), i: head(call.getInput()) };
      var value = quantity(call.getValue());
      if (value !== '0x0') { child.v = value; }
      if (frame.c === undefined) { frame.c = []; }
      frame.c.push(child);
      stack.push(child);
      frame = child;
    },

    exit: function (result) {
      if (cut || stack.length < 2) { return; }
      var child = stack.pop();
      var output = result.getOutput();
      var error = result.getError();
      child.u = result.getGasUsed();
      if (error !== undefined && error !== null && error !== '') { child.e = '' + error; }
      if (child.t === 'CREATE' || child.t === 'CREATE2') {
        created = child;
      } else if (output !== undefined && output !== null && output.length > 0) {
        child.o = toHex(output);
      }
      frame = stack[stack.length - 1];
    },

    fault: function () { },

    result: function (ctx) {
      root.t = ctx.type;
      root.f = toHex(ctx.from);
      root.a = toHex(ctx.to);
      root.g = ctx.gas;
      root.u = ctx.gasUsed;
      root.i = head(ctx.input);
      root.o = ctx.output === undefined || ctx.output === null ? '0x' : toHex(ctx.output);
      if (ctx.error !== undefined && ctx.error !== null && ctx.error !== '') { root.e = '' + ctx.error; }
      var keys = [];
      for (var key in preimages) { keys.push(key); }
      return { root: root, keccak: keys, cut: cut };
    }
  };
})()
